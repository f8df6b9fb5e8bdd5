import { rename } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { hold, standingStill } from '../fixtures/hold.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
const minute = 60_000;

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    config: 'admins: [ann]\nqueue: { confirm_within: 15m }\n',
    dueEveryMs: 50,
  });
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  for (const branch of ['feature/x', 'feature/y']) await branchOff(branch);
});
afterAll(async () => {
  await depot.close();
});
/** Everything as it was: nothing locked, asked for or borrowed. */
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

async function branchOff(branch: string): Promise<void> {
  const files = ['beans', 'ears'].map((pack) => packFiles(pack, { root: `packs/${pack}/`, says: branch }));
  await depot.repository.commit(Object.assign({}, ...files), { branch, from: 'refs/heads/main' });
}

const deploy = (ref?: string, ...packs: string[]): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs: packs.length === 0 ? ['beans'] : packs },
  ...(ref === undefined ? {} : { ref }),
});

const says = async (pack = 'beans') => /echo (.*)/.exec(await depot.read(pack, 'actions/cook.sh'))?.[1];

async function accepted(intent: Intent, as: string): Promise<number> {
  const asked = await depot.askInChat(intent, as);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  return asked.value.deployment;
}

async function done(intent: Intent, as: string) {
  return await depot.ended(await accepted(intent, as));
}

async function waitsFor(id: number, what: string): Promise<void> {
  await expect.poll(async () => (await depot.deployments.get(id))?.deployment.waitingFor).toBe(what);
}

/** Waits until a deployment's phrase is asked for. */
async function called(id: number): Promise<void> {
  await expect
    .poll(async () => (await depot.deployments.calls()).map((call) => call.deployment))
    .toContain(id);
}

async function notices(kind: string): Promise<Record<string, unknown>[]> {
  const rows = await postgres.query(
    `select notice from packtrain.notices where notice->>'kind' = $1 order by id`,
    [kind],
  );
  return rows.map((row) => row.notice as Record<string, unknown>);
}

async function eventsOf(id: number): Promise<string[]> {
  return (await depot.deployments.events(id)).map(({ event }) => event.kind);
}

/** Somebody who waits for beans while jjm has it, and is called once jjm gives it back. */
async function callBob(): Promise<number> {
  await done(deploy('feature/x'), 'jjm');
  const bobs = await accepted(deploy('feature/y'), 'bob');
  await waitsFor(bobs, 'turn');
  await done({ kind: 'return', pack: 'beans' }, 'jjm');
  await called(bobs);
  return bobs;
}

describe('the phrase', () => {
  it.each([-40, -20, 0, 5])(
    'counts or is too late, never both, when it comes as the time runs out (%i ms)',
    async (offset) => {
      const bobs = await callBob();
      const [call] = await depot.deployments.calls();
      depot.passTime((call?.until.getTime() ?? 0) - depot.now().getTime() - 60);
      await new Promise((resolve) => setTimeout(resolve, 60 + offset));
      const answer = await depot.askInChat({ kind: 'confirm', deployment: bobs }, 'bob');
      if (answer.ok) {
        expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded' });
        expect(await eventsOf(bobs)).not.toContain('missed');
        return;
      }
      expect(answer).toMatchObject({ refusal: { code: 'turn-passed' } });
      await expect.poll(() => eventsOf(bobs)).toContain('missed');
      expect(await eventsOf(bobs)).not.toContain('confirmed');
      await called(bobs);
    },
  );

  it('counts once when it is said twice at the same time', async () => {
    const bobs = await callBob();
    const word = { kind: 'confirm', deployment: bobs } as const;
    const answers = await Promise.all([depot.askInChat(word, 'bob'), depot.askInChat(word, 'bob')]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.find((answer) => !answer.ok)).toMatchObject({ refusal: { code: 'already-confirmed' } });
    expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded' });
  });

  it('is no good once somebody locks the pack; it is asked for anew when that is over', async () => {
    const bobs = await callBob();
    await depot.askInChat({ kind: 'lock', scope: { kind: 'pack', pack: 'beans' }, because: 'lunch' }, 'jjm');
    await waitsFor(bobs, 'lock');
    const word = { kind: 'confirm', deployment: bobs } as const;
    expect(await depot.askInChat(word, 'bob')).toMatchObject({ refusal: { code: 'not-called' } });
    await depot.askInChat({ kind: 'unlock', scope: { kind: 'pack', pack: 'beans' } }, 'jjm');
    await called(bobs);
    expect(await depot.askInChat(word, 'bob')).toMatchObject({ ok: true });
    expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded' });
    expect((await notices('call')).filter((n) => n.deployment === bobs)).toHaveLength(2);
  });

  it('is bound to what is newest at the turn, and says what moved', async () => {
    await done(deploy('feature/x'), 'jjm');
    const bobs = await accepted(deploy('feature/y'), 'bob');
    await waitsFor(bobs, 'turn');
    const sha = await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'moved' }), {
      branch: 'feature/y',
    });
    await done({ kind: 'return', pack: 'beans' }, 'jjm');
    await called(bobs);
    expect((await notices('call')).at(-1)).toMatchObject({
      revision: { sha },
      movedFrom: { ref: 'feature/y' },
    });
    // What is pushed after the call is not what was confirmed.
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'too new' }), {
      branch: 'feature/y',
    });
    await depot.askInChat({ kind: 'confirm', deployment: bobs }, 'bob');
    expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded', plan: { revision: { sha } } });
    expect(await says()).toBe('moved');
  });

  it('is not asked for over and over: whoever defers lets one go first and keeps the order of the rest', async () => {
    await done(deploy('feature/x', 'beans', 'ears'), 'jjm');
    const first = await accepted(deploy('feature/y', 'beans'), 'bob');
    await waitsFor(first, 'turn');
    const ears = await accepted(deploy('feature/y', 'ears'), 'ann');
    await waitsFor(ears, 'turn');
    const both = await accepted(deploy('feature/y', 'beans', 'ears'), 'ann');
    await waitsFor(both, 'turn');
    expect(await depot.askInChat({ kind: 'defer', deployment: first }, 'bob')).toMatchObject({ ok: true });
    const order = (await depot.deployments.queue()).map((view) => view.deployment.id);
    expect(order).toEqual([ears, both, first]);
  });
});

describe('what somebody asks for', () => {
  it('is done once, and answered alike, when the server dies while it does it', async () => {
    await done(deploy('feature/x'), 'jjm');
    const [before] = await depot.deployments.borrows();
    const extend = () =>
      depot.deployments.request({
        key: 'extend-once',
        intent: { kind: 'extend', pack: 'beans', by: 30 * minute },
        requester: { platform: 'web', userId: 'jjm', name: 'jjm' },
        via: 'chat',
        origin: { platform: 'web', channel: 'ops' },
      });
    const doing = await hold(postgres, 'lock table packtrain.acts in exclusive mode');
    const cut = extend().catch((error: unknown) => error);
    await expect.poll(() => standingStill(postgres)).toBe(1);
    await postgres.query('select pg_terminate_backend(pid) from pg_locks where not granted');
    expect(await cut).toBeInstanceOf(Error);
    await doing.letGo();
    const until = new Date((before?.until.getTime() ?? 0) + 30 * minute);
    expect(await extend()).toMatchObject({ ok: true, value: { isNew: true, borrow: { until } } });
    expect(await extend()).toMatchObject({ ok: true, value: { isNew: false, borrow: { until } } });
    expect(await depot.deployments.borrows()).toMatchObject([{ until }]);
  });
});

describe('a branch', () => {
  it('that is deleted while it is borrowed can be returned, but not deployed again', async () => {
    await branchOff('feature/gone');
    await done(deploy('feature/gone'), 'jjm');
    await depot.repository.removeBranch('feature/gone');
    expect(await done(deploy('feature/gone'), 'jjm')).toMatchObject({ refusal: { code: 'unknown-ref' } });
    expect(await depot.deployments.borrows()).toHaveLength(1);
    expect(await done({ kind: 'return', pack: 'beans' }, 'jjm')).toMatchObject({ status: 'succeeded' });
    expect(await depot.deployments.borrows()).toEqual([]);
  });

  it('that is force-pushed while it is borrowed brings what is there now, and goes back as well', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'forced' }), {
      branch: 'feature/x',
      from: 'refs/heads/main',
    });
    expect(await done(deploy('feature/x'), 'jjm')).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('forced');
    expect(await done({ kind: 'return', pack: 'beans' }, 'jjm')).toMatchObject({ status: 'succeeded' });
  });

  it('that is the default one and gone: the return keeps the pack, says so, and works when it is back', async () => {
    const told = (await notices('returned')).length;
    await done(deploy('feature/x'), 'jjm');
    const sha = await depot.repository.sha('main');
    await depot.repository.removeBranch('main');
    depot.passTime(61 * minute);
    await expect
      .poll(async () => (await notices('return-failed')).at(-1))
      .toMatchObject({
        pack: 'beans',
        because: { code: expect.stringMatching(/default-branch|unknown-ref/) },
      });
    expect(await depot.deployments.borrows()).toHaveLength(1);
    await depot.repository.setBranch('main', sha);
    depot.passTime(2 * minute);
    await expect.poll(async () => (await notices('returned')).length).toBe(told + 1);
    expect(await depot.deployments.borrows()).toEqual([]);
  });
});

describe('the way back', () => {
  it('is told before: where it goes', async () => {
    await done(deploy('feature/x'), 'jjm');
    depot.passTime(51 * minute);
    const sha = await depot.repository.sha('main');
    await expect
      .poll(async () => (await notices('return-soon')).at(-1))
      .toMatchObject({ to: { name: 'jjm' }, goesTo: { ref: 'main', sha } });
  });

  it('of a pack that is gone from the default branch, or renamed there, removes it, after saying so', async () => {
    await depot.repository.commit(packFiles('soup', { root: 'packs/soup/' }));
    await done(deploy('main', 'soup'), 'jjm');
    await depot.repository.commit(packFiles('soup', { root: 'packs/soup/', says: 'hot' }), {
      branch: 'feature/soup',
      from: 'refs/heads/main',
    });
    await done(deploy('feature/soup', 'soup'), 'jjm');
    // The same folder is another pack now.
    await depot.repository.commit(packFiles('broth', { root: 'packs/soup/' }));
    depot.passTime(51 * minute);
    await expect
      .poll(async () => (await notices('return-soon')).at(-1))
      .toMatchObject({ pack: 'soup', removes: true });
    depot.passTime(10 * minute);
    await expect.poll(async () => await depot.deployments.live('soup')).toEqual([]);
    await expect.poll(async () => (await notices('returned')).at(-1)).toMatchObject({ pack: 'soup' });
    expect((await notices('returned')).at(-1)).not.toHaveProperty('revision');
  });

  it('waits for a repository that was taken out of the config', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.reconfigure({ repository: 'Pantry' });
    depot.passTime(61 * minute);
    await expect
      .poll(async () => (await notices('return-failed')).at(-1))
      .toMatchObject({ because: { code: 'repository-gone' } });
    // Nothing that is shown offers what does not work, by force neither.
    expect(await done({ kind: 'return', pack: 'beans', force: true }, 'jjm')).toMatchObject({
      refusal: { code: 'repository-gone' },
    });
    for (const seen of [
      await depot.deployments.borrows(),
      (await depot.deployments.packs('beans')).map((view) => view.borrow),
    ])
      expect(seen).toMatchObject([{ pack: 'beans', isStranded: true }]);
    expect(await says()).toBe('forced');
    await depot.reconfigure({});
    depot.passTime(2 * minute);
    await expect.poll(async () => await depot.deployments.borrows()).toEqual([]);
  });

  it('by force goes to what was displaced, also when the remote is away', async () => {
    const displaced = await says();
    await done(deploy('feature/x'), 'jjm');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'bad' }));
    await rename(depot.repository.url, `${depot.repository.url}.away`);
    const back = await done({ kind: 'return', pack: 'beans', force: true }, 'jjm');
    await rename(`${depot.repository.url}.away`, depot.repository.url);
    expect(back).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe(displaced);
    expect(await depot.deployments.borrows()).toEqual([]);
  });

  it('is deploying the default branch, also when the branch was the same tree', async () => {
    await depot.repository.setBranch('feature/same', await depot.repository.sha('main'));
    await done(deploy('main'), 'ann');
    await done(deploy('feature/same'), 'jjm');
    expect(await depot.deployments.borrows()).toMatchObject([
      { ref: 'feature/same', holder: { name: 'jjm' } },
    ]);
    expect(await done(deploy('main'), 'jjm')).toMatchObject({ status: 'succeeded' });
    expect(await depot.deployments.borrows()).toEqual([]);
  });

  it('is deploying the default branch of all packs too, for those that the requester has, and no others', async () => {
    await depot.repository.setBranch('feature/same', await depot.repository.sha('main'));
    await done(deploy('main', 'beans', 'ears'), 'ann');
    await done(deploy('feature/same', 'beans'), 'jjm');
    await done(deploy('feature/same', 'ears'), 'bob');
    for (const kind of ['differing', 'all'] as const) {
      const all: DeployIntent = { kind: 'deploy', repository: 'Kitchen', packs: { kind } };
      expect(await done(all, kind === 'all' ? 'bob' : 'jjm')).toMatchObject({ status: 'succeeded' });
      const holders = (await depot.deployments.borrows()).map((b) => `${b.holder.name} ${b.pack}`);
      expect(holders).toEqual(kind === 'all' ? [] : ['bob ears']);
    }
  });

  it('asked for twice does not take the pack from whoever borrowed it in between', async () => {
    await done(deploy('feature/x', 'beans', 'ears'), 'jjm');
    await depot.askInChat({ kind: 'lock', scope: { kind: 'pack', pack: 'beans' }, because: 'lunch' }, 'bob');
    const twice = [
      await accepted({ kind: 'return', pack: 'beans' }, 'jjm'),
      await accepted({ kind: 'return', pack: 'beans' }, 'jjm'),
    ];
    for (const id of twice) await waitsFor(id, 'lock');
    const bobs = await accepted(deploy('feature/y'), 'bob');
    await waitsFor(bobs, 'turn');
    await depot.askInChat({ kind: 'defer', deployment: twice[1] ?? 0 }, 'jjm');
    await depot.askInChat({ kind: 'unlock', scope: { kind: 'pack', pack: 'beans' } }, 'bob');
    await called(bobs);
    await depot.askInChat({ kind: 'confirm', deployment: bobs }, 'bob');
    expect(await depot.ended(bobs)).toMatchObject({ status: 'succeeded' });
    expect(await depot.ended(twice[0] ?? 0)).toMatchObject({ status: 'succeeded' });
    expect(await depot.ended(twice[1] ?? 0)).toMatchObject({ refusal: { code: 'not-borrowed' } });
    const holders = (await depot.deployments.borrows()).map((b) => [b.pack, b.holder.name]);
    expect(Object.fromEntries(holders)).toEqual({ beans: 'bob', ears: 'jjm' });
  });

  it('waits once behind a lock, however long, and is off when its holder keeps the pack', async () => {
    await done(deploy('feature/x'), 'jjm');
    const failed = (await notices('return-failed')).length;
    await depot.askInChat({ kind: 'lock', scope: { kind: 'pack', pack: 'beans' }, because: 'lunch' }, 'bob');
    depot.passTime(61 * minute);
    const returns = async () =>
      (await depot.deployments.list({ open: true })).filter((d) => d.intent.kind === 'return');
    await expect.poll(async () => (await returns()).length).toBe(1);
    depot.passTime(31 * minute);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const [only, more] = await returns();
    expect(more).toBeUndefined();
    expect(await depot.askInChat({ kind: 'extend', pack: 'beans', by: 20 * minute }, 'jjm')).toMatchObject({
      ok: true,
    });
    await depot.askInChat({ kind: 'unlock', scope: { kind: 'pack', pack: 'beans' } }, 'bob');
    expect(await depot.ended(only?.id ?? 0)).toMatchObject({ refusal: { code: 'return-not-due' } });
    expect(await notices('return-failed')).toHaveLength(failed);
    expect(await depot.deployments.borrows()).toMatchObject([{ pack: 'beans' }]);
  });
});

describe('a borrowed pack', () => {
  it('whose holder is gone is stolen or given back by an admin, and the holder is told', async () => {
    await done(deploy('feature/x'), 'jjm');
    const steal = { kind: 'steal', pack: 'beans' } as const;
    expect(await depot.askInChat(steal, 'bob')).toMatchObject({ refusal: { code: 'access-denied' } });
    expect(await depot.askInChat(steal, 'ann')).toMatchObject({
      value: { borrow: { holder: { name: 'ann' } } },
    });
    expect((await notices('stolen')).at(-1)).toMatchObject({ to: { name: 'jjm' }, by: { name: 'ann' } });
    await done({ kind: 'return', pack: 'beans' }, 'ann');
    await done(deploy('feature/x'), 'jjm');
    expect(await depot.askInChat({ kind: 'return', pack: 'beans' }, 'bob')).toMatchObject({
      refusal: { code: 'access-denied' },
    });
    expect(await done({ kind: 'return', pack: 'beans' }, 'ann')).toMatchObject({ status: 'succeeded' });
    // Given away by somebody else: both are told by whom.
    await done(deploy('feature/x'), 'jjm');
    expect(await depot.askInChat({ kind: 'give', pack: 'beans', to: 'bob' }, 'ann')).toMatchObject({
      ok: true,
    });
    expect((await notices('stolen')).at(-1)).toMatchObject({ to: { name: 'jjm' }, givenTo: { name: 'bob' } });
    expect((await notices('given')).at(-1)).toMatchObject({ to: { name: 'bob' }, from: { name: 'ann' } });
    await done({ kind: 'return', pack: 'beans' }, 'ann');
    const { spans, handovers } = await depot.deployments.life('beans');
    expect(handovers.slice(0, 2)).toMatchObject([
      { kind: 'give', by: { name: 'ann' }, to: 'bob' },
      { kind: 'steal', by: { name: 'ann' } },
    ]);
    expect(spans.slice(0, 2)).toMatchObject([
      { since: expect.any(Date) },
      { until: expect.any(Date), endedBy: { intent: { kind: 'return' }, requester: { name: 'ann' } } },
    ]);
    expect(spans[0]).not.toHaveProperty('until');
  });

  it('that is given away while its giver is called stays as it is for the new holder', async () => {
    const bobs = await callBob();
    await depot.askInChat({ kind: 'confirm', deployment: bobs }, 'bob');
    await depot.ended(bobs);
    await depot.askInChat({ kind: 'lock', scope: { kind: 'pack', pack: 'beans' }, because: 'lunch' }, 'jjm');
    const again = await accepted(deploy('feature/x'), 'bob');
    await waitsFor(again, 'lock');
    await depot.askInChat({ kind: 'unlock', scope: { kind: 'pack', pack: 'beans' } }, 'jjm');
    await called(again);
    expect(await depot.askInChat({ kind: 'give', pack: 'beans', to: 'jjm' }, 'bob')).toMatchObject({
      ok: true,
    });
    const word = { kind: 'confirm', deployment: again } as const;
    expect(await depot.askInChat(word, 'bob')).toMatchObject({ refusal: { code: 'not-called' } });
    expect(await says()).toBe('too new');
  });

  it('holds up a deployment of several packs as a whole, and those behind it', async () => {
    await done(deploy('feature/x'), 'jjm');
    const both = await accepted(deploy('feature/y', 'beans', 'ears'), 'bob');
    await waitsFor(both, 'turn');
    const behind = await accepted(deploy('feature/x', 'ears'), 'ann');
    await waitsFor(behind, 'turn');
    expect(await depot.deployments.get(behind)).toMatchObject({ ahead: [both], heldBy: [] });
    await done({ kind: 'return', pack: 'beans' }, 'jjm');
    await called(both);
    await depot.askInChat({ kind: 'confirm', deployment: both }, 'bob');
    expect(await depot.ended(both)).toMatchObject({ status: 'succeeded' });
    expect((await depot.deployments.borrows()).map((b) => b.pack).sort()).toEqual(['beans', 'ears']);
  });

  it('waits with a push, also the holder’s own', async () => {
    await done(deploy('feature/x'), 'jjm');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'pushed' }));
    const pushed = await depot.deployments.request({
      key: 'push-1',
      intent: { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'named', packs: ['beans'] } },
      requester: { platform: 'web', userId: 'jjm', name: 'jjm' },
      via: 'push',
    });
    const id = pushed.ok ? pushed.value.deployment : 0;
    await waitsFor(id, 'turn');
    await done({ kind: 'return', pack: 'beans' }, 'jjm');
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('pushed');
  });

  it('is rolled back by its holder, who keeps it as long as a branch is live; others wait', async () => {
    await branchOff('feature/roll');
    await done(deploy('feature/roll'), 'jjm');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'worse' }), {
      branch: 'feature/roll',
    });
    await done(deploy('feature/roll'), 'jjm');
    const bobs = await accepted({ kind: 'rollback', pack: 'beans' }, 'bob');
    await waitsFor(bobs, 'turn');
    await depot.askInChat({ kind: 'cancel', deployment: bobs }, 'bob');

    expect(await done({ kind: 'rollback', pack: 'beans' }, 'jjm')).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('feature/roll');
    expect(await depot.deployments.borrows()).toMatchObject([
      { holder: { name: 'jjm' }, ref: 'feature/roll' },
    ]);
    expect(await done({ kind: 'rollback', pack: 'beans', to: 'main' }, 'jjm')).toMatchObject({
      status: 'succeeded',
    });
    expect(await depot.deployments.borrows()).toEqual([]);
  });
});

describe('a rollback', () => {
  it('goes to no borrowed revision, and a push does not put back what it went from', async () => {
    for (const text of ['good', 'bad']) {
      await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: text }));
      await done(deploy('main'), 'jjm');
      if (text === 'good') {
        await done(deploy('feature/x'), 'jjm');
        await done({ kind: 'return', pack: 'beans' }, 'jjm');
      }
    }
    expect(await done({ kind: 'rollback', pack: 'beans' }, 'jjm')).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('good');
    const push = async (key: string) => {
      const asked = await depot.deployments.request({
        key,
        intent: { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'differing' } },
        requester: { platform: 'packtrain', userId: 'packtrain', name: 'Packtrain' },
        via: 'push',
      });
      return await depot.ended(asked.ok ? asked.value.deployment : 0);
    };
    await push('push-after-rollback');
    expect(await says()).toBe('good');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'mended' }));
    await push('push-of-something-newer');
    expect(await says()).toBe('mended');
    expect(await done({ kind: 'rollback', pack: 'beans' }, 'jjm')).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('good');
  });
});

describe('a lock', () => {
  it('holds the pack that is meant, with whichever capitals it is written', async () => {
    const scope = { kind: 'pack', pack: 'Beans' } as const;
    expect(await depot.askInChat({ kind: 'lock', scope, because: 'lunch' }, 'jjm')).toMatchObject({
      value: { lock: { scope: { pack: 'beans' } } },
    });
    await waitsFor(await accepted(deploy('feature/x', 'BEANS'), 'bob'), 'lock');
    expect(await depot.askInChat({ kind: 'unlock', scope }, 'jjm')).toMatchObject({ ok: true });
  });

  it('that is over is told to its locker, once', async () => {
    const scope = { kind: 'pack', pack: 'ears' } as const;
    await depot.askInChat({ kind: 'lock', scope, because: 'lunch', forMs: 5 * minute }, 'jjm');
    depot.passTime(6 * minute);
    await expect
      .poll(async () => (await notices('lock-ended')).filter((n) => n.by === undefined))
      .toMatchObject([{ to: { name: 'jjm' }, scope, because: 'lunch' }]);
  });
});
