import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import type { LockScope } from '../../src/core/lock.js';
import type { Notice } from '../../src/core/notice.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { hold, standingStill } from '../fixtures/hold.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const patience = { timeout: 10_000 };
let depot: Depot;
/** Held while a test wants a deployment to be under way. */
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    config: 'admins: [ann]\n',
    dueEveryMs: 100,
    wrapTarget: (target) => ({
      ...target,
      async activate(activation) {
        await gate;
        return await target.activate(activation);
      },
    }),
  });
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  for (const branch of ['feature/x', 'feature/y'])
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: branch }), {
      branch,
      from: 'refs/heads/main',
    });
});
afterAll(async () => {
  await depot.close();
});
afterEach(async () => {
  for (const lock of await depot.deployments.locks())
    await depot.ask({ kind: 'unlock', scope: lock.scope }, 'ann');
  for (const { id } of await depot.deployments.list({ open: true })) {
    await depot.ask({ kind: 'cancel', deployment: id }, 'ann');
    await depot.ended(id);
  }
  for (const { pack } of await depot.deployments.borrows())
    await depot.askAndWait({ kind: 'return', pack }, 'ann');
});

const beans = { kind: 'named', packs: ['beans'] } as const;
const deploy = (ref: string): DeployIntent => ({ kind: 'deploy', repository: 'Kitchen', packs: beans, ref });
const onBeans: LockScope = { kind: 'pack', pack: 'beans' };
const back = { kind: 'return', pack: 'beans' } as const;

async function accepted(intent: Intent, as: string): Promise<number> {
  const asked = await depot.askInChat(intent, as);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  return asked.value.deployment;
}

async function done(intent: Intent, as: string) {
  return await depot.ended(await accepted(intent, as));
}

async function waitsFor(id: number, what: string): Promise<void> {
  await expect
    .poll(async () => (await depot.deployments.get(id))?.deployment.waitingFor, patience)
    .toBe(what);
}

/** What somebody was told about a deployment besides its reply. */
async function told(id: number): Promise<Notice[]> {
  const rows = await postgres.query(
    `select notice from packtrain.notices where (notice->>'deployment')::int = $1 order by id`,
    [id],
  );
  return rows.map((row) => row.notice as Notice);
}

describe('whoever waits is told once when that ends', () => {
  it('with a return, which needs no phrase', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.askInChat({ kind: 'lock', scope: onBeans, because: 'lunch' }, 'bob');
    const mine = await accepted(back, 'jjm');
    await waitsFor(mine, 'lock');
    await depot.askInChat({ kind: 'unlock', scope: onBeans }, 'bob');
    expect(await depot.ended(mine)).toMatchObject({ status: 'succeeded' });
    expect(await told(mine)).toMatchObject([
      { kind: 'wait-ended', to: { name: 'jjm' }, ended: [{ kind: 'lock', by: { name: 'bob' } }], still: [] },
    ]);
  });

  it('when there is nothing left to say a phrase for', async () => {
    await done(deploy('feature/x'), 'jjm');
    const bobs = await accepted(deploy('main'), 'bob');
    await waitsFor(bobs, 'turn');
    await done(back, 'jjm');
    expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded' });
    expect(await told(bobs)).toMatchObject([
      { kind: 'wait-ended', ended: [{ kind: 'borrow', holder: { name: 'jjm' } }], still: [] },
    ]);
  });

  it('also when something else still holds them up; the call with the phrase tells the rest', async () => {
    await done(deploy('feature/x'), 'jjm');
    const bobs = await accepted(deploy('feature/y'), 'bob');
    await waitsFor(bobs, 'turn');
    await depot.askInChat({ kind: 'lock', scope: { kind: 'everything' }, because: 'migration' }, 'jjm');
    await waitsFor(bobs, 'lock');
    await done(back, 'jjm');
    await expect
      .poll(() => told(bobs), patience)
      .toMatchObject([
        {
          kind: 'wait-ended',
          ended: [{ kind: 'borrow' }],
          still: [{ kind: 'lock', scope: { kind: 'everything' } }],
        },
      ]);
    await depot.askInChat({ kind: 'unlock', scope: { kind: 'everything' } }, 'jjm');
    await expect
      .poll(async () => (await told(bobs)).map((n) => n.kind), patience)
      .toEqual(['wait-ended', 'call']);
  });

  it('and not again by the call that they miss, nor when the turn goes back to the tail', async () => {
    await done(deploy('feature/x'), 'jjm');
    const bobs = await accepted(deploy('feature/y'), 'bob');
    await waitsFor(bobs, 'turn');
    await done(back, 'jjm');
    await expect.poll(async () => (await told(bobs)).map((n) => n.kind), patience).toEqual(['call']);
    depot.passTime(16 * 60_000);
    await expect
      .poll(async () => (await told(bobs)).map((n) => n.kind), patience)
      .toEqual(['call', 'missed', 'call']);
  });

  it('of a push too, where it shows in a channel', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'pushed' }));
    const pushed = await depot.deployments.request({
      key: 'push-with-a-channel',
      intent: { kind: 'deploy', repository: 'Kitchen', packs: beans },
      requester: { platform: 'packtrain', userId: 'packtrain', name: 'Packtrain' },
      via: 'push',
      origin: { platform: 'web', channel: 'ops' },
    });
    const id = pushed.ok ? pushed.value.deployment : 0;
    await waitsFor(id, 'turn');
    await done(back, 'jjm');
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
    expect(await told(id)).toMatchObject([{ kind: 'wait-ended', ended: [{ kind: 'borrow' }], still: [] }]);
  });

  it('when the deployment ahead of a return ends', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'again' }), {
      branch: 'feature/x',
    });
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const running = await accepted(deploy('feature/x'), 'jjm');
    await expect
      .poll(async () => (await depot.deployments.get(running))?.deployment.status, patience)
      .toBe('running');
    const mine = await accepted(back, 'jjm');
    await waitsFor(mine, 'turn');
    open();
    expect(await depot.ended(mine)).toMatchObject({ status: 'succeeded' });
    expect(await told(mine)).toMatchObject([{ ended: [{ kind: 'deployment', id: running }], still: [] }]);
  });

  it('also when it ends just as they come in, and nobody can see them wait yet', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.askInChat({ kind: 'lock', scope: onBeans, because: 'lunch' }, 'bob');
    // Whoever comes in has seen the lock then, and is not to be seen before this is over.
    await postgres.query(`create function stand_still() returns trigger language plpgsql
      as $$ begin perform pg_advisory_xact_lock(7); return new; end $$`);
    await postgres.query(`create trigger stand_still before insert on packtrain.events for each row
      when (new.event->>'kind' = 'queued') execute function stand_still()`);
    const comingIn = await hold(postgres, 'select pg_advisory_xact_lock(7)');
    const mine = await accepted(back, 'jjm');
    await expect.poll(() => standingStill(postgres), patience).toBe(1);
    let isUnlocked = false;
    const unlocking = depot.askInChat({ kind: 'unlock', scope: onBeans }, 'bob').then(() => {
      isUnlocked = true;
    });
    // The lock is over; who waits for it is looked for once whoever comes in is to be seen.
    await expect.poll(() => depot.deployments.locks(), patience).toEqual([]);
    expect(isUnlocked).toBe(false);
    await comingIn.letGo();
    await unlocking;
    await expect
      .poll(async () => (await depot.deployments.get(mine))?.deployment.status, patience)
      .toBe('succeeded');
    await postgres.query('drop function stand_still() cascade');
  });

  it('over any number of restarts, also when the server died as soon as the wait had ended', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.askInChat({ kind: 'lock', scope: onBeans, because: 'lunch' }, 'bob');
    const mine = await accepted(back, 'jjm');
    await waitsFor(mine, 'lock');
    // As if the server had been killed right after the lock had ended.
    await postgres.query('update packtrain.locks set ended_at = now() where ended_at is null');
    for (let restart = 0; restart < 2; restart++) await depot.restart();
    expect(await depot.ended(mine)).toMatchObject({ status: 'succeeded' });
    expect(await told(mine)).toMatchObject([{ kind: 'wait-ended', still: [] }]);
  });
});
