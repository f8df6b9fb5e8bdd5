#!/usr/bin/env node
// Plain JavaScript that any Node reads: it looks at Node's version, builds what is not built, and hands over.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} text */
function giveUp(text) {
  process.stderr.write(`packtrain: ${text}\n`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  giveUp(`Node ${process.versions.node} is too old; 20.19 or newer is needed. Install a newer one.`);
}

// With npm's install scripts switched off, `npm ci` leaves the build out.
function buildIfMissing() {
  if (existsSync(`${root}dist/main.js`)) return;
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  if (!existsSync(compiler)) giveUp(`It is not built yet. Run \`npm ci && npm run build\` in ${root}.`);
  process.stderr.write('packtrain: building, this once…\n');
  const build = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (build.status !== 0 || !existsSync(`${root}dist/main.js`))
    giveUp(`It could not be built. Run \`npm ci && npm run build\` in ${root} and mend what that says.`);
}

checkNode();
buildIfMissing();
const { main } = await import('../dist/main.js');
process.exitCode = await main(process.argv.slice(2));
