import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withPostgres } from '../fixtures/postgres.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin/packtrain.js');
const postgres = withPostgres();
let dir: string;
let server: ChildProcess;
let logged = '';

// What a newcomer has: an empty folder, so the workspace to try things in is made.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'packtrain-readme-'));
  const env = { ...process.env, DATABASE_URL: postgres.url, PACKTRAIN_PORT: '0' };
  server = spawn(process.execPath, [bin, 'serve'], { cwd: dir, env, stdio: ['ignore', 'ignore', 'pipe'] });
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  while (!existsSync(join(dir, '.packtrain/server.json'))) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    await sleep(50);
  }
  // What the repositories have goes live by itself.
  const through = 'select count(*)::int as through from packtrain.push_messages where is_final';
  while ((await postgres.query(through))[0]?.through !== 2) await sleep(50);
});
afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await rm(dir, { recursive: true, force: true });
});

const heard = z.object({ id: z.string(), fromBot: z.boolean().optional(), text: z.string().optional() });

/** Says a line in the room as ann, and gives what the bot's answer reads in the end. */
async function say(line: string): Promise<string> {
  const env = { ...process.env, DATABASE_URL: postgres.url };
  const args = [bin, 'chat', '--as', 'ann', '--channel', 'ops', '--json'];
  const output = await new Promise<string>((resolve, reject) => {
    const chat = execFile(process.execPath, args, { cwd: dir, env, timeout: 50_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(new Error(`${line} ended with:\n${stdout}\n${logged}`)),
    );
    chat.stdin?.end(`${line}\n`);
  });
  const texts = output
    .trim()
    .split('\n')
    .map((row) => heard.parse(JSON.parse(row)))
    .filter((message) => message.fromBot === true);
  return texts.at(-1)?.text ?? '';
}

/** What differs each time: commits, how long it took, and where links lead. */
function settled(text: string): string {
  return text
    .replace(/@[0-9a-f]{7}/g, '@…')
    .replace(/took \d+\.\d s/g, 'took …')
    .replace(/until \d\d:\d\d( tomorrow)?/g, 'until …')
    .replace(/\[(#\d+)\]\([^)]*\)/g, '$1')
    .replace(/#\d+/g, '#…');
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const transcript = /```text\n(.*?)```/s.exec(readme)?.[1] ?? '';
const [pushed = ''] = transcript.split(/^ann: /m);
const exchanges = transcript
  .split(/^ann: /m)
  .slice(1)
  .map((part) => /^(?<line>[^\n]*)\nPacktrain: (?<answer>.*)\n$/s.exec(part)?.groups)
  .map((groups) => [groups?.line ?? '', (groups?.answer ?? '').replace(/^ {2}/gm, '')] as const);

describe('the README', () => {
  it('is right about what is said of a push', async () => {
    const rows = await postgres.query(
      "select text from packtrain.room_messages where room = 'ops' and text like '%Pushed to *house-packs*%'",
    );
    const expected = pushed
      .replace(/^Packtrain: /, '')
      .replace(/^ {2}/gm, '')
      .trim();
    expect(rows.map(({ text }) => settled(String(text)))).toEqual([settled(expected)]);
  });

  it('shows a talk', () => expect(exchanges.length).toBeGreaterThan(2));

  it.each(exchanges)('is right about %s', async (line, answer) => {
    expect(settled(await say(line))).toBe(settled(answer));
  });
});
