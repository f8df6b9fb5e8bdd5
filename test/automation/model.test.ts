import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const packs = ['beans', 'ears', 'weather'] as const;
let depot: Depot;
let commits = 0;

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs,
    repository: 'auto_deployment: { branch: main, poll_every: 10m, notify_channel: ops }',
  });
  await settled();
});
afterAll(() => depot.close());

type Pack = (typeof packs)[number];
/** What somebody does; a push may come without its webhook. */
type Deed =
  | { readonly kind: 'push' | 'skip'; readonly pack: Pack; readonly isHeard: boolean }
  | { readonly kind: 'rollback' | 'borrow' | 'return'; readonly pack: Pack }
  | { readonly kind: 'force' }
  | { readonly kind: 'wait' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: pushing('push') },
  { weight: 1, arbitrary: pushing('skip') },
  { weight: 4, arbitrary: acting() },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ kind: 'force' }, { kind: 'wait' }) },
);

function pushing(kind: 'push' | 'skip'): fc.Arbitrary<Deed> {
  return fc.record({ kind: fc.constant(kind), pack: fc.constantFrom(...packs), isHeard: fc.boolean() });
}

function acting(): fc.Arbitrary<Deed> {
  return fc.record({
    kind: fc.constantFrom('rollback', 'borrow', 'return'),
    pack: fc.constantFrom(...packs),
  });
}

async function act(what: Deed): Promise<void> {
  if (what.kind === 'wait') return await sleep(200);
  if (what.kind === 'force') {
    const before = await depot.repository.sha('refs/heads/main^').catch(() => undefined);
    if (before === undefined) return;
    await depot.repository.setBranch('main', before);
    return void (await depot.noteMoved());
  }
  const { pack } = what;
  if (what.kind === 'push' || what.kind === 'skip') {
    const sha = await commit(pack, 'main', what.kind === 'skip' ? ' [deploy skip]' : '');
    if (what.isHeard) await depot.noteMoved('main', sha);
  } else if (what.kind === 'borrow') {
    await depot.repository.setBranch('feature/x', await depot.repository.sha('refs/heads/main'));
    await commit(pack, 'feature/x', '');
    const named = { kind: 'named', packs: [pack] } as const;
    await depot.ask({ kind: 'deploy', repository: 'Kitchen', packs: named, ref: 'feature/x' }, 'bob');
  } else await depot.ask({ kind: what.kind, pack }, 'bob');
}

async function commit(pack: Pack, branch: string, also: string): Promise<string> {
  commits += 1;
  const files = packFiles(pack, { root: `packs/${pack}/`, says: `words ${commits}` });
  return await depot.repository.commit(files, { branch, message: `Change ${commits}${also}` });
}

/** Waits until nothing is open, with every borrow given back. */
async function settled(): Promise<void> {
  for (;;) {
    for (const { pack, holder } of await depot.deployments.borrows())
      await depot.ask({ kind: 'return', pack }, holder.name);
    const pushes = await depot.pushes();
    const isOpen = (await depot.deployments.list({ open: true })).length > 0;
    const isSeen = pushes.length > 0 && pushes.every((push) => push.endedAt !== undefined);
    if (!isOpen && isSeen && (await depot.deployments.borrows()).length === 0) return;
    await sleep(50);
  }
}

/** Pushes something that belongs to no pack, and waits until everything is through. */
async function pushOnce(): Promise<void> {
  commits += 1;
  const sha = await depot.repository.commit(
    { 'README.md': `${commits}\n` },
    { message: `Change ${commits}` },
  );
  await depot.noteMoved('main', sha);
  while ((await depot.pushes())[0]?.sha !== sha) await sleep(20);
  await settled();
}

describe('whatever is pushed, rolled back, borrowed and given back', () => {
  it('ends with what the branch has live, unless it was rolled back from; and each push is told once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 9 }), async (deeds) => {
        for (const one of deeds) await act(one);
        await settled();
        await pushOnce();

        const pushes = await depot.pushes();
        const held = pushes[0]?.held ?? [];
        for (const pack of packs) {
          if (held.includes(pack)) continue;
          const head = await depot.repository.git('show', `main:packs/${pack}/actions/cook.sh`);
          expect((await depot.read(pack, 'actions/cook.sh')).trim()).toBe(head.trim());
        }
        for (const [i, push] of pushes.entries()) expect(push.before).toBe(pushes[i + 1]?.sha);
        await toldOnce();
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});

/** Every push that has something to tell has one message, which is finished. */
async function toldOnce(): Promise<void> {
  const open = 'select count(*)::int as open from packtrain.push_messages where not is_final';
  while ((await postgres.query(open))[0]?.open !== 0) await sleep(20);
  const rows = await postgres.query(
    "select key from packtrain.room_messages where room = 'ops' and key not like '%failure%' order by key",
  );
  const told = (await depot.pushes()).filter((push) => push.nothing !== 'nothing-changed');
  expect(rows.map(({ key }) => String(key)).sort()).toEqual(told.map(({ id }) => `bot:push:${id}`).sort());
}
