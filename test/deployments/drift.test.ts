import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startNotices } from '../../src/chat/notices.js';
import { renderNotice } from '../../src/chat/render/notices.js';
import type { ChatAdapter } from '../../src/core/chat.js';
import type { Deployment } from '../../src/core/deployment.js';
import { createRedactor } from '../../src/core/redact.js';
import type { Runner } from '../../src/deployments/runner.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const hourMs = 3_600_000;
const patience = { timeout: 30_000, interval: 20 };
const said: string[] = [];
let depot: Depot;
let notices: Runner;

const ops: ChatAdapter = {
  platform: 'web',
  capabilities: { edit: true, maxLength: 10_000 },
  start: async () => undefined,
  stop: async () => undefined,
  post: async (_, { text }) => ({ platform: 'web', channel: 'ops', messageId: `${said.push(text)}` }),
  edit: async () => undefined,
  whisper: async () => undefined,
  findChannel: async (name) => (name === 'ops' ? { platform: 'web', channel: 'ops' } : undefined),
};

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans', 'ears', 'weather'],
    config: 'admins: [ann]',
    targetKeys: 'drift: { every: 1h, channel: ops, ignore: ["*.log"] }',
    dueEveryMs: 20,
  });
  notices = depot.tell((parts) =>
    startNotices({
      ...parts,
      adapters: new Map([['web', ops]]),
      redactor: createRedactor(),
      words: (notice) => renderNotice(notice, { url: (id) => `/${id}`, now: parts.clock.now() }),
    }),
  );
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
});
afterAll(async () => {
  await notices?.stop();
  await depot?.close();
});

const deploy = (pack: string) =>
  ({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'named', packs: [pack] } }) as const;
const file = (path: string) => join(depot.live, path);
const driftOf = async (pack: string) => (await depot.deployments.live(pack))[0]?.drift?.drift;
const newVersion = (pack: string, version: string) =>
  depot.repository.commit(packFiles(pack, { root: `packs/${pack}/`, version }));

/** Lets the hour pass, and waits until the look that is due then is over. */
async function lookAgain(): Promise<void> {
  depot.passTime(hourMs + 1);
  const due = depot.now();
  await vi.waitFor(async () => {
    const next = await depot.tell(({ db }) =>
      db.selectFrom('drift_looks').selectAll().executeTakeFirstOrThrow(),
    );
    expect(next.next_look_at.getTime()).toBeGreaterThan(due.getTime());
  }, patience);
}

describe('a pack whose files somebody edits on the server', () => {
  it('is as it was when it was run or only touched, or when it writes what it may', async () => {
    await mkdir(file('beans/actions/__pycache__'));
    await writeFile(file('beans/actions/__pycache__/cook.cpython-311.pyc'), 'x');
    await writeFile(file('beans/today.log'), 'x');
    await utimes(file('beans/pack.yaml'), new Date(), new Date(0));
    await lookAgain();
    expect(await driftOf('beans')).toBeUndefined();
    expect(said).toEqual([]);
    const again = await depot.askAndWait(deploy('ears'));
    expect(again.packs).toMatchObject([{ pack: 'ears', status: 'unchanged' }]);
  });

  it('is noticed, and told once', async () => {
    await writeFile(file('beans/pack.yaml'), 'ref: beans\nversion: 9.9.9\n');
    await writeFile(file('beans/notes.txt'), 'soak them');
    await lookAgain();
    await vi.waitFor(() => expect(said).toHaveLength(1), patience);
    expect(said[0]?.replace(/@\w{7}/, '')).toBe(
      [
        '⚠️ *beans* on *default* is not `main` any more: files were changed there: `notes.txt` added, `pack.yaml` changed.',
        'Nothing is deployed over it by itself. Bring it into Git, or put it back; for admins, `pack deploy Kitchen beans --overwrite` takes its place and keeps a copy on the target.',
      ].join('\n'),
    );
    await lookAgain();
    expect(said).toHaveLength(1);
    expect(await driftOf('beans')).toEqual({
      kind: 'files',
      files: [
        { path: 'notes.txt', how: 'added' },
        { path: 'pack.yaml', how: 'changed' },
      ],
    });
  });

  it('is not overwritten, and says what to type', async () => {
    await newVersion('beans', '2.0.0');
    const byHand = await depot.askAndWait(deploy('beans'));
    expect(byHand.packs).toMatchObject([
      {
        pack: 'beans',
        status: 'failed',
        refusal: { code: 'drifted', params: { command: 'pack deploy Kitchen beans --overwrite' } },
      },
    ]);
    expect(await readFile(file('beans/notes.txt'), 'utf8')).toBe('soak them');
    const why = await depot.deployments.why('beans');
    expect(why.ok && why.value.block).toMatchObject({
      owner: 'An admin',
      command: 'pack deploy Kitchen beans --overwrite',
    });
  });

  it('holds up only itself', async () => {
    await newVersion('ears', '2.0.0');
    const both = await depot.askAndWait({ ...deploy('ears'), packs: { kind: 'differing' } });
    expect(both).toMatchObject({ status: 'failed' });
    expect(both.packs).toMatchObject([
      { pack: 'ears', status: 'live' },
      { pack: 'beans', status: 'failed', refusal: { code: 'drifted' } },
      { pack: 'weather', status: 'unchanged' },
    ]);
  });

  it('is overwritten by an admin who says so, and what was there is kept', async () => {
    const refused = await depot.ask({ ...deploy('beans'), ref: 'main', overwrite: true }, 'bob');
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'access-denied' } });
    const done = await depot.askAndWait({ ...deploy('beans'), overwrite: true });
    expect(done).toMatchObject({ status: 'succeeded' });
    expect(await depot.read('beans', 'pack.yaml')).toContain('2.0.0');
    const [folder = ''] = /(?<= is kept in ).*/.exec(await linesOf(done)) ?? [];
    expect(await readdir(folder)).toEqual(['notes.txt', 'pack.yaml', 'today.log']);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('soak them');
    expect(await driftOf('beans')).toBeUndefined();
  });

  it('is told of again when it comes back after it was mended', async () => {
    await lookAgain();
    await writeFile(file('beans/notes.txt'), 'soak them');
    await lookAgain();
    await vi.waitFor(() => expect(said).toHaveLength(2), patience);
    await rm(file('beans/notes.txt'));
    await lookAgain();
    expect(await driftOf('beans')).toBeUndefined();
    expect(await depot.askAndWait(deploy('beans'))).toMatchObject({ packs: [{ status: 'unchanged' }] });
  });

  it('is mended without a word when a file was only lost, and says so', async () => {
    await rm(file('weather/pack.yaml'));
    const done = await depot.askAndWait(deploy('weather'));
    expect(done).toMatchObject({ status: 'succeeded', packs: [{ pack: 'weather', status: 'live' }] });
    expect(done.plan?.packs[0]?.warnings).toEqual(['pack.yaml had been lost on default']);
  });

  it('is not overwritten by what is pushed either', async () => {
    await depot.reconfigure({ keys: 'auto_deployment: { branch: main }' });
    await vi.waitFor(async () => expect(await depot.pushes()).toHaveLength(1), patience);
    await writeFile(file('ears/notes.txt'), 'wash them');
    await newVersion('ears', '3.0.0');
    await depot.noteMoved();
    await vi.waitFor(async () => expect((await depot.pushes())[0]?.deployments).toHaveLength(1), patience);
    const [push] = await depot.pushes();
    const held = await depot.ended(push?.deployments[0] ?? 0);
    expect(held).toMatchObject({ via: 'push', status: 'failed', packs: [{ refusal: { code: 'drifted' } }] });
    expect(await readFile(file('ears/notes.txt'), 'utf8')).toBe('wash them');
  });

  it('lets what was pushed go live once it is mended, without another word', async () => {
    // As long as the edit is there nothing is tried, also when somebody asks in vain meanwhile.
    expect(await depot.askAndWait(deploy('ears'))).toMatchObject({ status: 'failed' });
    await lookAgain();
    expect((await depot.pushes())[0]?.deployments).toHaveLength(1);
    await rm(file('ears/notes.txt'));
    // A look that was under way puts off the next one by as much.
    const aMinuteLater = async () => {
      depot.passTime(60_001);
      expect((await depot.pushes())[0]?.deployments).toHaveLength(2);
    };
    await vi.waitFor(aMinuteLater, { ...patience, interval: 1_000 });
    const again = await depot.ended((await depot.pushes())[0]?.deployments[1] ?? 0);
    expect(again).toMatchObject({
      via: 'push',
      status: 'succeeded',
      packs: [{ pack: 'ears', status: 'live' }],
    });
    expect(await depot.read('ears', 'pack.yaml')).toContain('3.0.0');
    expect(await driftOf('ears')).toBeUndefined();
    await lookAgain();
    expect(await depot.pushes()).toMatchObject([
      { deployments: { length: 2 }, endedAt: expect.anything() },
      {},
    ]);
    await depot.reconfigure({ keys: '' });
  });

  it('is noticed when something else is put in its place, and is left there', async () => {
    await rename(file('weather'), file('was_weather'));
    await mkdir(file('weather'));
    await writeFile(file('weather/pack.yaml'), 'name: weather\n');
    await lookAgain();
    await vi.waitFor(() => expect(said.join('\n')).toContain('a folder is in its place'), patience);
    expect(said.find((text) => text.includes('in its place'))).toContain(
      '`pack deploy Kitchen weather --adopt`',
    );
    const refused = await depot.askAndWait(deploy('weather'));
    expect(refused.packs).toMatchObject([{ refusal: { code: 'live-not-ours' } }]);
  });
});

async function linesOf(deployment: Deployment): Promise<string> {
  const events = await depot.deployments.events(deployment.id);
  return events.flatMap(({ event }) => (event.kind === 'log' ? [event.line] : [])).join('\n');
}
