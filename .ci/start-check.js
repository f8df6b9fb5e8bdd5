// Does what a newcomer does, in the current folder: `npm start`, wait until it is ready, deploy a pack, stop it.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const readyWithinMs = 120_000;
const stoppedWithinMs = 30_000;

const port = await freePort();
const env = { ...process.env, PACKTRAIN_PORT: String(port) };
const server = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
let said = '';
server.stdout.setEncoding('utf8').on('data', (text) => {
  said += text;
  process.stdout.write(text);
});
const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve(code ?? signal)));

try {
  await until(isReady, readyWithinMs, 'GET /healthz was not answered');
  await until(() => /https?:\/\/\S+token=\S+/.test(said), 5_000, 'no link to sign in was printed');
  process.stdout.write(`ready on port ${port}\n`);
  // Git has run then, and with it what it brings along to handle signals.
  const deployed = spawnSync('npx', ['packtrain', 'deploy', 'house-packs', 'beans'], {
    env,
    stdio: 'inherit',
  });
  if (deployed.status !== 0) throw new Error(`packtrain deploy ended with ${deployed.status}`);
  server.kill('SIGTERM');
  const code = await Promise.race([ended, sleep(stoppedWithinMs, 'nothing', { ref: false })]);
  if (code === 'nothing') throw new Error('it did not end on SIGTERM');
  await until(isGroupGone, 5_000, 'processes were left behind');
  if (code !== 0) throw new Error(`it ended with ${code} on SIGTERM`);
  process.stdout.write('stopped on SIGTERM\n');
} catch (error) {
  process.stdout.write(`npm start: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  if (!isGroupGone()) process.kill(-server.pid, 'SIGKILL');
}

async function isReady() {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
  return answer?.ok === true;
}

function isGroupGone() {
  try {
    process.kill(-server.pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function until(isSo, withinMs, otherwise) {
  const end = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${otherwise} within ${withinMs / 1000} s`);
    if (server.exitCode !== null && isSo === isReady) throw new Error(`it ended with ${server.exitCode}`);
    await sleep(100);
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port: free } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return free;
}
