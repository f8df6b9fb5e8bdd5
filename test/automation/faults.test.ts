import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Push } from '../../src/core/push.js';
import type { Target } from '../../src/core/target.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const hanging = 8;
let remote: HangingRemote;
let depot: Depot;
let slow:
  | { readonly begun: Promise<void>; begin(): void; readonly go: Promise<void>; end(): void }
  | undefined;

/** A remote that takes every call and never answers. */
interface HangingRemote {
  readonly port: number;
  /** The most calls at the same time. */
  most(): number;
  calls(): number;
  close(): Promise<void>;
}

async function hang(): Promise<HangingRemote> {
  const open = new Set<Socket>();
  let [most, calls] = [0, 0];
  const server: Server = createServer((socket) => {
    open.add(socket);
    calls += 1;
    most = Math.max(most, open.size);
    socket
      .on('error', () => undefined)
      .on('close', () => open.delete(socket))
      .resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    most: () => most,
    calls: () => calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Holds up what goes live until it is let go, where a test asks for it. */
function slowable(target: Target): Target {
  return {
    ...target,
    activate: async (activation) => {
      slow?.begin();
      await slow?.go;
      return await target.activate(activation);
    },
  };
}

function latch() {
  let begin: () => void = () => undefined;
  let end: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const go = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { begun, begin, go, end };
}

beforeAll(async () => {
  remote = await hang();
  const names = Array.from({ length: hanging }, (_, i) => `hanging-${i}`);
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans'],
    repository: 'auto_deployment: { branch: main, poll_every: 10m }',
    repositories: names
      .map(
        (name) =>
          `  ${name}: { repo: "git://127.0.0.1:${remote.port}/${name}", auto_deployment: { branch: main, poll_every: 1s } }`,
      )
      .join('\n'),
    gitLimits: { lookMs: 400 },
    pace: { atOnce: 2, failingAtOnce: 1, tickMs: 20 },
    wrapTarget: slowable,
  });
});
afterAll(async () => {
  await depot?.close();
  await remote?.close();
});

const beans = (says: string) => packFiles('beans', { root: 'packs/beans/', says });

async function pushes(count: number): Promise<readonly Push[]> {
  for (;;) {
    const all = await depot.pushes();
    if (all.length >= count && all.every((push) => push.endedAt !== undefined)) return all;
    await sleep(20);
  }
}

describe('remotes that hang', () => {
  it('hold up only a few of each other at a time, and are given up; what is pushed elsewhere goes live', async () => {
    await pushes(1);
    for (let i = 0; i < 3; i++) {
      const sha = await depot.repository.commit(beans(`${i}`));
      await depot.noteMoved('main', sha);
      await pushes(2 + i);
    }
    while (remote.calls() < hanging) {
      depot.passTime(60_000);
      await sleep(100);
    }
    expect(remote.most()).toBeLessThanOrEqual(3);
    const rows = await postgres.query(
      "select problem from packtrain.watches where repository like 'hanging%' and problem is not null",
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { problem } of rows) expect(problem).toMatchObject({ code: 'remote-timeout' });
  });
});

describe('a push that was kept when the server died', () => {
  it('gets its deployments after the next start, each once', async () => {
    const before = (await depot.pushes()).length;
    await postgres.query(`create function packtrain.fall() returns trigger language plpgsql as
      $$ begin raise exception 'the disk is full'; end $$`);
    await postgres.query(
      'create trigger fall before insert on packtrain.deployments for each row execute function packtrain.fall()',
    );
    const sha = await depot.repository.commit(beans('after the crash'));
    await depot.noteMoved('main', sha);
    while ((await depot.pushes()).length === before) await sleep(20);
    expect((await depot.pushes())[0]).toMatchObject({ sha, deployments: [] });
    await depot.restart();
    await postgres.query('drop trigger fall on packtrain.deployments');
    depot.passTime(20 * 60_000);
    const [push] = await pushes(before + 1);
    expect(push).toMatchObject({ sha });
    expect(push?.deployments).toHaveLength(1);
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('after the crash');
  });
});

describe('pushes that come while one is on its way', () => {
  it('wait for it; the newest goes then, and those between give way', async () => {
    const before = (await depot.pushes()).length;
    const held = latch();
    slow = held;
    await depot.noteMoved('main', await depot.repository.commit(beans('first')));
    await held.begun;
    slow = undefined;
    await depot.noteMoved('main', await depot.repository.commit(beans('second')));
    while ((await depot.pushes())[0]?.deployments.length !== 1 || (await depot.pushes()).length < before + 2)
      await sleep(20);
    await depot.noteMoved('main', await depot.repository.commit(beans('third')));
    while ((await depot.pushes()).length < before + 3) await sleep(20);
    const [, second] = await depot.pushes();
    const between = await depot.ended(second?.deployments[0] ?? 0);
    expect(between.status).toBe('superseded');
    held.end();
    const [third, , first] = await pushes(before + 3);
    const statuses = await Promise.all(
      [first, third].map(
        async (push) => (await depot.deployments.get(push?.deployments[0] ?? 0))?.deployment.status,
      ),
    );
    expect(statuses).toEqual(['succeeded', 'succeeded']);
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('third');
  });
});
