// Fails when a test did not run: `node .ci/skipped.js COUNT.json…`, one file for each run of the tests.
// A test that only root or only a plain user can run has to have run in one of them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What no installing can bring, by what the test's name says; each with whether it is really not here. */
const excuses = [
  { says: '../shared', isAbsent: () => !existsSync(fileURLToPath(new URL('../../shared', import.meta.url))) },
  { says: 'the right to mount', isAbsent: () => spawnSync('unshare', ['-m', 'true']).status !== 0 },
];

const runs = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const [first, ...others] = runs;
const neverRun = first.skipped.filter((name) => others.every((run) => run.skipped.includes(name)));
const excused = neverRun.filter((name) => excuses.some((one) => name.includes(one.says) && one.isAbsent()));
const bad = neverRun.filter((name) => !excused.includes(name));

for (const name of excused) process.stdout.write(`not here, so not run: ${name}\n`);
for (const name of bad) process.stdout.write(`SKIPPED: ${name}\n`);
const ranNothing = runs.some((run) => run.passed === 0);
if (ranNothing) process.stdout.write('A run of the tests ran no test.\n');
process.exitCode = bad.length > 0 || ranNothing ? 1 : 0;
