import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import type { LockScope } from '../../src/core/lock.js';
import type { Notice } from '../../src/core/notice.js';
import { wrongsNow } from '../fixtures/borrow-checks.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { type Hold, hold, standingStill } from '../fixtures/hold.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const patience = { timeout: 10_000 };
let depot: Depot;
/** Held while a test wants a deployment to be under way. */
let gate: Promise<void> = Promise.resolve();
/** Held while a test wants a plan to be under way. */
let planGate: Promise<void> = Promise.resolve();

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
      async live(pack) {
        await planGate;
        return await target.live(pack);
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
  await postgres.query('drop function if exists stand_still() cascade');
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

async function is(id: number, status: string): Promise<void> {
  await expect.poll(async () => (await depot.deployments.get(id))?.deployment.status, patience).toBe(status);
}

/** Something to wait for, and what lets go. */
function makeGate(): { readonly shut: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const shut = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { shut, open };
}

/** Holds what goes live from now on. @returns what lets it go */
function holdActivations(): () => void {
  const { shut, open } = makeGate();
  gate = shut;
  return open;
}

/** Holds the plans that are made from now on. @returns what lets them go */
function holdPlans(): () => void {
  const { shut, open } = makeGate();
  planGate = shut;
  return open;
}

/** Holds the events of which something is so: whoever keeps one stands still in the middle of it. */
async function holdEvents(when: string): Promise<Hold> {
  await postgres.query(`create function stand_still() returns trigger language plpgsql
    as $$ begin perform pg_advisory_xact_lock(7); return new; end $$`);
  await postgres.query(`create trigger stand_still before insert on packtrain.events for each row
    when (${when}) execute function stand_still()`);
  return await hold(postgres, 'select pg_advisory_xact_lock(7)');
}

/** How many steps the engine remembers of a deployment. */
async function stepsDone(id: number, name: string): Promise<number> {
  const rows = await postgres.query(
    'select 1 from dbos.operation_outputs where workflow_uuid = $1 and function_name = $2',
    [`deployment-${id}`, name],
  );
  return rows.length;
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

  it('and not before, when a lock takes the turn away while it turns out that nothing is left', async () => {
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'the same for both' }));
    const goLive = holdActivations();
    const anns = await accepted(deploy('main'), 'ann');
    await is(anns, 'running');
    const bobs = await accepted(deploy('main'), 'bob');
    await waitsFor(bobs, 'turn');
    const goOnPlanning = holdPlans();
    goLive();
    await waitsFor(bobs, 'confirmation');
    await depot.askInChat({ kind: 'lock', scope: onBeans, because: 'lunch' }, 'jjm');
    await waitsFor(bobs, 'lock');
    goOnPlanning();
    await expect.poll(() => stepsDone(bobs, 'replan:1'), patience).toBe(1);
    expect(await told(bobs)).toEqual([]);
    await depot.askInChat({ kind: 'unlock', scope: onBeans }, 'jjm');
    expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded' });
    expect(await told(bobs)).toMatchObject([
      { kind: 'wait-ended', ended: [{ kind: 'lock', by: { name: 'jjm' } }], still: [] },
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
    const open = holdActivations();
    const running = await accepted(deploy('feature/x'), 'jjm');
    await is(running, 'running');
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
    const comingIn = await holdEvents(`new.event->>'kind' = 'queued'`);
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
    await is(mine, 'succeeded');
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

describe('a return that finds its borrow ended by another one', () => {
  it('passes those who wait for something else all the same, and changes nothing', async () => {
    for (const branch of ['feature/x', 'feature/y'])
      await depot.repository.commit(packFiles('ears', { root: 'packs/ears/', says: branch }), { branch });
    const both = { kind: 'named', packs: ['beans', 'ears'] } as const;
    await done({ ...deploy('feature/x'), packs: both }, 'jjm');
    const bobs = await accepted({ ...deploy('feature/y'), packs: both }, 'bob');
    await waitsFor(bobs, 'turn');
    const goLive = holdActivations();
    const first = await accepted(back, 'jjm');
    await is(first, 'running');
    const late = await accepted(back, 'jjm');
    await waitsFor(late, 'turn');
    // So that its turn comes well after the end of the borrow.
    await depot.askInChat({ kind: 'lock', scope: onBeans, because: 'lunch' }, 'ann');
    goLive();
    expect(await depot.ended(first)).toMatchObject({ status: 'succeeded' });
    await waitsFor(late, 'lock');
    // It is to be seen while it has its turn, which is only for as long as it takes to find that out.
    const ending = await holdEvents(`new.event->>'kind' = 'ended' and new.deployment = ${late}`);
    await depot.askInChat({ kind: 'unlock', scope: onBeans }, 'ann');
    await is(late, 'running');
    await expect.poll(() => standingStill(postgres), patience).toBe(1);
    const wrongs = await wrongsNow(postgres.query);
    await ending.letGo();
    expect(wrongs).toEqual([]);
    expect(await depot.ended(late)).toMatchObject({ status: 'failed', refusal: { code: 'not-borrowed' } });
    expect(await depot.deployments.get(bobs)).toMatchObject({ deployment: { status: 'waiting' } });
  });
});
