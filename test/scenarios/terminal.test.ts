import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { createDatabase, type TestDatabase, withPostgres } from '../fixtures/postgres.js';
import { programPath } from '../fixtures/program.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let server: ServerFixture;
let aside: string;

beforeAll(async () => {
  aside = await mkdtemp(join(tmpdir(), 'packtrain-terminal-'));
  kitchen = await makeRepository({
    files: { ...packFiles('beans', { root: 'packs/beans/' }), ...packFiles('ears', { root: 'packs/ears/' }) },
  });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
});
afterAll(async () => {
  await server?.close();
  await kitchen?.remove();
  await rm(aside, { recursive: true, force: true });
});

/** Runs `packtrain` on the server's folder, with lines on its standard input. */
async function packtrain(args: readonly string[], lines = ''): Promise<{ code: number | null; out: string }> {
  const place = ['--config', join(server.dir, 'packtrain.yaml'), '--data', join(server.dir, 'data')];
  const env = { ...process.env, DATABASE_URL: postgres.url };
  const child = spawn(process.execPath, [await programPath(), ...place, ...args], { env, timeout: 50_000 });
  child.stdin.end(lines);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child)]);
  return { code: child.exitCode, out: out + err };
}

function once(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve) => child.once('close', () => resolve()));
}

const heard = z.object({
  kind: z.enum(['message', 'edit']),
  id: z.string(),
  text: z.string(),
  fromBot: z.boolean().optional(),
});

describe('a story told to `packtrain chat` by its standard input', () => {
  const story =
    '!pack deploy Kitchen beans\nhello everybody\n!pack status\n!pck help\n!pack deploy Kitchen ears\n';

  it.each([1, 2, 3, 4, 5])('ends, with every answer in it (%i)', async (time) => {
    const says = `time ${time}`;
    await kitchen.commit({
      ...packFiles('beans', { root: 'packs/beans/', says }),
      ...packFiles('ears', { root: 'packs/ears/', says }),
    });

    const { code, out } = await packtrain(['chat', '--as', 'ann', '--channel', 'ops', '--json'], story);

    expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
    const messages = out
      .trim()
      .split('\n')
      .map((line) => heard.parse(JSON.parse(line)));
    const last = new Map(messages.filter((one) => one.fromBot === true).map((one) => [one.id, one.text]));
    // The answers come as they are ready, in any order.
    const answers = [...last.values()].join('\n');
    expect(last.size).toBe(4);
    expect(answers).toMatch(/^(Nothing is live yet|2 packs are live)/m);
    expect(answers).toContain("I don't know `!pck help`. Did you mean `!pack help`?");
    expect(answers).toMatch(/^✅ \*beans\* from \*Kitchen\* is live at `main@/m);
    expect(answers).toMatch(/^✅ \*ears\* from \*Kitchen\* is live at `main@/m);
    expect(await readFile(join(server.live, 'ears/actions/cook.sh'), 'utf8')).toContain(says);
  });

  it('also when it is told nothing', async () => {
    expect(await packtrain(['chat'], '')).toEqual({ code: 0, out: '' });
  });
});

describe('the command line', () => {
  it('deploys, and its exit code tells how it ended', async () => {
    expect(await packtrain(['deploy', 'Kitchen', 'beans'])).toMatchObject({ code: 0 });
    const wrong = await packtrain(['deploy', 'Kitchen', 'baens']);
    expect(wrong.code).toBe(3);
    expect(wrong.out).toContain('Did you mean beans?');
    expect((await packtrain(['status', 'beans'])).out).toMatch(/^beans main@[0-9a-f]{7} from Kitchen/);
  });

  it('finds nothing wrong with a sound place', async () => {
    const { code, out } = await packtrain(['doctor']);
    expect(out).toMatch(/✓ server: running at http/);
    expect({ code, wrong: out.match(/^[✗!].*/gm) }).toEqual({ code: 0, wrong: null });
  });
});

describe('a backup of a running server', () => {
  let other: TestDatabase;
  beforeAll(async () => {
    other = await createDatabase();
  });
  afterAll(() => other.drop());

  it('keeps the history, in a new data directory with a database of its own', async () => {
    const file = join(aside, 'packtrain.backup');
    expect((await packtrain(['backup', file])).out).toMatch(/: \d+ rows of \d+ tables, \d+ bytes\.\n$/);
    const before = await packtrain(['history', 'beans']);
    expect(before.out).toContain('took');

    const env = { ...process.env, DATABASE_URL: other.url };
    await promisify(execFile)(
      process.execPath,
      [await programPath(), 'restore', file, '--data', join(aside, 'data')],
      {
        env,
      },
    );
    const config = `${await readFile(join(server.dir, 'packtrain.yaml'), 'utf8')}web: { port: 0 }\n`;
    await writeFile(join(aside, 'packtrain.yaml'), config);
    const restored = await startServer({ databaseUrl: other.url, config: () => config });

    const answer = await restored.say('pack history beans');
    const numbers = (text: string) => text.match(/#\d+/g)?.filter((one, at, all) => all.indexOf(one) === at);
    expect(numbers(answer.text)).toEqual(numbers(before.out));
    expect((await restored.say('pack status beans')).text).toContain('from *Kitchen*');
    const next = await restored.say('pack deploy Kitchen beans');
    expect((await restored.ended(next.deployment ?? 0)).status).toBe('succeeded');
    await restored.close();
  });

  it('is not restored over what is there', async () => {
    const file = join(aside, 'packtrain.backup');
    const { code, out } = await packtrain(['restore', file]);
    expect(code).toBe(6);
    expect(out).toContain('Packtrain is running on this database');
  });
});
