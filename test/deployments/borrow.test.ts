import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
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
  for (const branch of ['feature/x', 'feature/y'])
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: branch }), {
      branch,
      from: 'refs/heads/main',
    });
});
afterAll(async () => {
  await depot.close();
});

const deploy = (ref?: string, more: Partial<DeployIntent> = {}): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs: ['beans'] },
  ...(ref === undefined ? {} : { ref }),
  ...more,
});

const says = async () => /echo (.*)/.exec(await depot.read('beans', 'actions/cook.sh'))?.[1];

async function accepted(intent: Intent, as: string): Promise<number> {
  const asked = await depot.askInChat(intent, as);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  return asked.value.deployment;
}

async function until(id: number, status: string, waitingFor?: string): Promise<void> {
  await expect
    .poll(async () => {
      const view = await depot.deployments.get(id);
      return [view?.deployment.status, view?.deployment.waitingFor];
    })
    .toEqual([status, waitingFor]);
}

async function notices(): Promise<Record<string, unknown>[]> {
  const rows = await postgres.query('select notice from packtrain.notices order by id');
  return rows.map((row) => row.notice as Record<string, unknown>);
}

describe('a borrowed pack', () => {
  it('belongs to who deployed the branch, and others wait and see who has it', async () => {
    const mine = await depot.ended(await accepted(deploy('feature/x'), 'jjm'));
    expect(mine.status).toBe('succeeded');
    const [borrow] = await depot.deployments.borrows();
    expect(borrow).toMatchObject({ pack: 'beans', ref: 'feature/x', holder: { name: 'jjm' } });
    expect((borrow?.until.getTime() ?? 0) - (borrow?.since.getTime() ?? 0)).toBe(60 * minute);

    const bobs = await accepted(deploy('main'), 'bob');
    await until(bobs, 'waiting', 'turn');
    expect(await depot.deployments.get(bobs)).toMatchObject({
      heldBy: [{ kind: 'borrow', borrow: { ref: 'feature/x' } }],
    });
    expect(await says()).toBe('feature/x');
  });

  it('its holder deploys the branch again at once, past those who wait', async () => {
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'feature/x again' }), {
      branch: 'feature/x',
    });
    expect(await depot.ended(await accepted(deploy('feature/x'), 'jjm'))).toMatchObject({
      status: 'succeeded',
    });
    expect(await says()).toBe('feature/x again');
  });

  it('is extended by its holder, up to the configured most, and by nobody else', async () => {
    const extend = { kind: 'extend', pack: 'beans', by: 30 * minute } as const;
    expect(await depot.askInChat(extend, 'bob')).toMatchObject({ refusal: { code: 'access-denied' } });
    expect(await depot.askInChat(extend, 'jjm')).toMatchObject({ ok: true });
    expect(await depot.askInChat({ ...extend, by: 300 * minute }, 'jjm')).toMatchObject({
      refusal: {
        code: 'borrow-too-long',
        params: {
          most: '3h',
          left: expect.stringMatching(/^1h(29|30)m$/),
          command: 'pack extend beans 5h --force',
          whoCan: ['ann'],
        },
      },
    });
    const longer = { ...extend, by: 300 * minute, force: true };
    expect(await depot.askInChat(longer, 'jjm')).toMatchObject({ refusal: { code: 'access-denied' } });
    expect(await depot.askInChat(longer, 'ann')).toMatchObject({ ok: true });
  });

  it('is handed over to somebody who is known', async () => {
    const give = { kind: 'give', pack: 'beans', to: '@nobody' } as const;
    expect(await depot.askInChat(give, 'jjm')).toMatchObject({ refusal: { code: 'unknown-person' } });
    expect(await depot.askInChat({ ...give, to: '@ann' }, 'jjm')).toMatchObject({
      value: { borrow: { holder: { name: 'ann' } } },
    });
    expect(await depot.askInChat({ kind: 'steal', pack: 'beans' }, 'jjm')).toMatchObject({
      refusal: {
        code: 'access-denied',
        params: { rule: expect.stringMatching(/^ann has borrowed beans, and only admins/), whoCan: ['ann'] },
      },
    });
    expect(await depot.askInChat({ ...give, to: 'ann' }, 'ann')).toMatchObject({
      refusal: { code: 'has-it-already' },
    });
    expect((await notices()).map((n) => n.kind)).toContain('given');
  });

  it('is given back, and whoever waited is called with a phrase and goes on with what is newest then', async () => {
    const [bobs] = (await depot.deployments.queue('beans')).map((view) => view.deployment.id);
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'newest' }));
    const back = await depot.ended(await accepted({ kind: 'return', pack: 'beans' }, 'ann'));
    expect(back).toMatchObject({ status: 'succeeded', plan: { revision: { ref: 'main' } } });
    expect(await depot.deployments.borrows()).toEqual([]);

    // What bob asked for is live by now, so he is not asked for a word that would change nothing.
    expect(await depot.ended(bobs ?? 0)).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('newest');
  });
});

describe('a turn after a wait', () => {
  let first: number;
  let second: number;

  it('asks its requester, and only its requester, for the phrase', async () => {
    await depot.ended(await accepted(deploy('feature/x'), 'ann'));
    first = await accepted(deploy('feature/y'), 'bob');
    await until(first, 'waiting', 'turn');
    await depot.ended(await accepted({ kind: 'return', pack: 'beans' }, 'ann'));
    await until(first, 'waiting', 'confirmation');

    await expect
      .poll(async () => (await depot.deployments.calls()).map((call) => call.deployment))
      .toEqual([first]);
    const [call] = await depot.deployments.calls({ platform: 'web', channel: 'ops' });
    expect((await notices()).at(-1)).toMatchObject({
      kind: 'call',
      phrase: call?.phrase,
      to: { name: 'bob' },
    });
    const confirm = { kind: 'confirm', deployment: first } as const;
    expect(await depot.askInChat(confirm, 'jjm')).toMatchObject({ refusal: { code: 'not-your-turn' } });
    expect(await depot.askInChat(confirm, 'bob')).toMatchObject({ ok: true });
    expect(await depot.askInChat(confirm, 'bob')).toMatchObject({ refusal: { code: 'already-confirmed' } });
    expect(await depot.ended(first)).toMatchObject({ status: 'succeeded' });
    expect(await says()).toBe('feature/y');
  });

  it('that is missed goes to the tail once, then expires, and the next one is called', async () => {
    second = await accepted(deploy('feature/x'), 'jjm');
    await until(second, 'waiting', 'turn');
    const third = await accepted(deploy('feature/x'), 'ann');
    await until(third, 'waiting', 'turn');
    await depot.ended(await accepted({ kind: 'return', pack: 'beans' }, 'bob'));
    const called = () => depot.deployments.calls().then((calls) => calls.map((call) => call.deployment));
    await expect.poll(called).toEqual([second]);
    depot.passTime(16 * minute);
    await expect.poll(called).toEqual([third]);
    await depot.askInChat({ kind: 'confirm', deployment: third }, 'ann');
    expect(await depot.ended(third)).toMatchObject({ status: 'succeeded' });
    await depot.ended(await accepted({ kind: 'return', pack: 'beans' }, 'ann'));
    await expect.poll(called).toEqual([second]);
    depot.passTime(16 * minute);
    expect(await depot.ended(second)).toMatchObject({ status: 'expired', refusal: { code: 'expired' } });
    expect(await depot.askInChat({ kind: 'confirm', deployment: second }, 'jjm')).toMatchObject({
      refusal: { code: 'turn-passed' },
    });
  });
});

describe('the timed return', () => {
  it('warns its holder once, then goes back by itself', async () => {
    await depot.ended(await accepted(deploy('feature/y'), 'bob'));
    depot.passTime(51 * minute);
    await expect.poll(async () => (await notices()).at(-1)?.kind).toBe('return-soon');
    depot.passTime(10 * minute);
    await expect.poll(async () => (await depot.deployments.borrows()).length).toBe(0);
    await expect.poll(async () => (await notices()).at(-1)?.kind).toBe('returned');
    expect(await says()).toBe('newest');
    expect((await notices()).filter((n) => n.kind === 'return-soon')).toHaveLength(1);
  });

  it('keeps the pack while the remote is away, says so once, and tries again', async () => {
    await depot.ended(await accepted(deploy('feature/y'), 'bob'));
    await rename(depot.repository.url, `${depot.repository.url}.away`);
    depot.passTime(61 * minute);
    await expect.poll(async () => (await notices()).at(-1)?.kind).toBe('return-failed');
    expect(await says()).toBe('feature/y');
    await rename(`${depot.repository.url}.away`, depot.repository.url);
    depot.passTime(2 * minute);
    await expect.poll(async () => (await notices()).at(-1)?.kind).toBe('returned');
    expect((await notices()).filter((n) => n.kind === 'return-failed')).toHaveLength(1);
  });

  it('catches up after a time in which no server ran', async () => {
    await depot.ended(await accepted(deploy('feature/y'), 'bob'));
    await depot.restart(120 * minute);
    await expect.poll(async () => (await depot.deployments.borrows()).length).toBe(0);
    expect(await says()).toBe('newest');
  });

  it('removes a pack that the default branch no longer has', async () => {
    const alone = packFiles('soup', { root: 'packs/soup/' });
    await depot.repository.commit(alone, { branch: 'feature/soup', from: 'refs/heads/main' });
    const soup = { ...deploy('feature/soup'), packs: { kind: 'named', packs: ['soup'] } } as const;
    expect(await depot.ended(await accepted(soup, 'bob'))).toMatchObject({ status: 'succeeded' });
    const back = await depot.ended(await accepted({ kind: 'return', pack: 'soup' }, 'bob'));
    expect(back).toMatchObject({ status: 'succeeded', packs: [{ pack: 'soup', status: 'removed' }] });
    await expect(depot.read('soup', 'pack.yaml')).rejects.toThrow('ENOENT');
    expect(await depot.deployments.live('soup')).toEqual([]);
  });
});

describe('a lock', () => {
  it('holds everybody else until it is unlocked', async () => {
    const lock = { kind: 'lock', scope: { kind: 'everything' }, because: 'migration' } as const;
    expect(await depot.askInChat(lock, 'jjm')).toMatchObject({ ok: true });
    const facts = { by: 'jjm', because: 'migration', time: expect.stringMatching(/^\d+[sm]/) };
    expect(await depot.askInChat(lock, 'bob')).toMatchObject({
      refusal: { code: 'already-locked', params: facts },
    });
    const waits = await accepted(deploy('feature/x'), 'bob');
    await until(waits, 'waiting', 'lock');
    expect(await depot.deployments.why('beans')).toMatchObject({
      value: { block: { owner: 'jjm', command: 'pack unlock *' } },
    });
    const unlock = { kind: 'unlock', scope: { kind: 'everything' } } as const;
    expect(await depot.askInChat(unlock, 'bob')).toMatchObject({
      refusal: {
        code: 'access-denied',
        params: {
          rule: expect.stringMatching(/^jjm has locked everything for \d+\w, because migration, and only/),
          whoCan: ['jjm', 'ann'],
        },
      },
    });
    expect(await depot.askInChat(unlock, 'jjm')).toMatchObject({ ok: true });
    await until(waits, 'waiting', 'confirmation');
    await expect.poll(async () => (await depot.deployments.calls()).length).toBe(1);
    await depot.askInChat({ kind: 'confirm', deployment: waits }, 'bob');
    expect(await depot.ended(waits)).toMatchObject({ status: 'succeeded' });
  });

  it('ends by itself when it was given a time', async () => {
    const lock = {
      kind: 'lock',
      scope: { kind: 'pack', pack: 'beans' },
      because: 'lunch',
      forMs: 5 * minute,
    } as const;
    await depot.askInChat(lock, 'jjm');
    expect(await depot.deployments.locks()).toHaveLength(1);
    depot.passTime(6 * minute);
    await expect.poll(async () => (await depot.deployments.locks()).length).toBe(0);
  });
});
