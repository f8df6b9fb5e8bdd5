import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CheckFact, CheckState } from '../../src/core/check.js';
import type { HostApi } from '../../src/core/host.js';
import type { DeployIntent } from '../../src/core/intent.js';
import { refuse, sentence } from '../../src/core/reason.js';
import { ok, type Result, refused } from '../../src/core/result.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const patience = { timeout: 15_000 };
const minute = 60_000;
let depot: Depot;
let times = 0;

/** What the host's API says, and how often it was asked. */
let answer = (sha: string): Promise<Result<readonly CheckFact[]>> => allPass(sha);
let asked: string[] = [];
const api: HostApi = {
  facts: (_path, sha) => {
    asked.push(sha);
    return answer(sha);
  },
  rights: async () => ok({}),
  setStatus: async () => ok(undefined),
};

const repository = `auto_deployment:
  branch: main
  poll_every: 24h
  checks: { required: [build, 'test ({pack})'], allow_failures: [lint], within: 30m }
`;

const all = ['build', 'test (beans)', 'test (ears)', 'test (weather)'];
const allPass = async (sha: string) => ok(all.map((name) => fact(sha, name, 'success')));

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    config: 'admins: [ann]\n',
    repository,
    dueEveryMs: 50,
    hostOf: () => ({ name: 'forge', path: 'kitchen', api, commitStatus: false, deploymentRecords: false }),
  });
});
afterAll(async () => {
  await depot.close();
});
afterEach(() => {
  answer = async () => ok([]);
  asked = [];
});

const deploy = (...packs: string[]): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs },
});

/** Pushes a change of some packs. */
async function change(...packs: string[]): Promise<string> {
  times += 1;
  const says = `round ${times}`;
  const files = packs.map((pack) => packFiles(pack, { root: `packs/${pack}/`, says }));
  return await depot.repository.commit(Object.assign({}, ...files));
}

function fact(sha: string, name: string, state: CheckState, run = 1): CheckFact {
  return {
    sha,
    name,
    state,
    run,
    at: new Date(),
    url: `https://forge.example.org/${name.replace(' ', '-')}`,
  };
}

async function tell(sha: string, states: Record<string, CheckState>, run = 1): Promise<void> {
  const facts = Object.entries(states).map(([name, state]) => fact(sha, name, state, run));
  await depot.checks.recordFacts('Kitchen', facts);
}

async function begin(intent: DeployIntent): Promise<number> {
  const accepted = await depot.ask(intent);
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
  return accepted.value.deployment;
}

/** Has a commit heard of as pushed; gives the deployments that it began, once all of them are asked for. */
async function pushed(sha: string): Promise<readonly number[]> {
  await depot.noteMoved('main', sha);
  const begun = async () => {
    const push = (await depot.pushes()).find((one) => one.sha === sha);
    return push?.deployments.length === push?.parts.length ? (push?.deployments ?? []) : [];
  };
  await expect.poll(begun, patience).not.toEqual([]);
  return await begun();
}

const view = (id: number) => depot.deployments.get(id);

async function untilWaiting(id: number) {
  await expect.poll(async () => (await view(id))?.checks, patience).toBeDefined();
}

async function events(id: number): Promise<unknown[]> {
  const all = await depot.deployments.events(id);
  return all.flatMap(({ event }) => (event.kind === 'checks' ? [event.state] : []));
}

describe('what is there at the start', () => {
  it('goes live by itself, since the host says that its checks have passed', async () => {
    await expect.poll(async () => (await depot.deployments.live()).length, patience).toBe(3);
  });
});

describe('a deployment by hand', () => {
  it('waits for missing and pending checks, holding nothing, and goes live once they are through', async () => {
    const sha = await change('beans');
    const id = await begin(deploy('beans'));
    await untilWaiting(id);
    expect(await view(id)).toMatchObject({
      deployment: { status: 'waiting', waitingFor: 'checks' },
      checks: { packs: [{ pack: 'beans', verdict: { kind: 'wait', missing: ['build', 'test (beans)'] } }] },
    });
    expect(await postgres.query('select * from packtrain.leases')).toEqual([]);
    await tell(sha, { build: 'success', 'test (beans)': 'pending' });
    await expect
      .poll(async () => (await view(id))?.checks?.packs[0]?.verdict, patience)
      .toMatchObject({ kind: 'wait', missing: [], pending: [{ name: 'test (beans)' }] });
    await tell(sha, { 'test (beans)': 'success' });
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
    expect(await depot.read('beans', 'actions/cook.sh')).toContain(`round ${times}`);
    expect(await events(id)).toEqual(['waiting', 'passed']);
  });

  it('is refused by a failure, with the link and how it is forced', async () => {
    const sha = await change('beans');
    await tell(sha, { build: 'failure', 'test (beans)': 'success' });
    answer = async () => ok([fact(sha, 'build', 'failure'), fact(sha, 'test (beans)', 'success')]);
    const done = await depot.askAndWait(deploy('beans'));
    expect(done).toMatchObject({ status: 'failed', packs: [{ refusal: { code: 'checks-failed' } }] });
    const [pack] = done.packs;
    expect(pack?.refusal && sentence(pack.refusal)).toMatch(
      /`build` \(https:\/\/forge\.example\.org\/build\) failed for beans at main@.*ignoring checks because/s,
    );
  });

  it('is not refused by a failure that the host knows to be mended, though the news got lost', async () => {
    const sha = await change('beans');
    await tell(sha, { build: 'failure', 'test (beans)': 'success' });
    answer = async () => ok([fact(sha, 'build', 'success', 2), fact(sha, 'test (beans)', 'success')]);
    expect(await depot.askAndWait(deploy('beans'))).toMatchObject({ status: 'succeeded' });
  });

  it('names the packs that fail, and takes the others live', async () => {
    const sha = await change('beans', 'ears', 'weather');
    const id = await begin(deploy('beans', 'ears', 'weather'));
    await untilWaiting(id);
    await tell(sha, { build: 'success', 'test (beans)': 'success', 'test (ears)': 'failure' });
    expect((await view(id))?.deployment.status).toBe('waiting');
    await tell(sha, { 'test (weather)': 'success' });
    const done = await depot.ended(id);
    expect(done.status).toBe('failed');
    expect(Object.fromEntries(done.packs.map((p) => [p.pack, p.status]))).toEqual({
      beans: 'live',
      ears: 'failed',
      weather: 'live',
    });
    expect(done.packs.find((p) => p.pack === 'ears')?.refusal?.code).toBe('checks-failed');
  });

  it('says when it takes too long, and keeps listening', async () => {
    const sha = await change('beans');
    const id = await begin(deploy('beans'));
    await untilWaiting(id);
    expect((await view(id))?.checks?.isLate).toBe(false);
    depot.passTime(31 * minute);
    await expect.poll(() => events(id), patience).toEqual(['waiting', 'late']);
    expect(await view(id)).toMatchObject({ deployment: { status: 'waiting' }, checks: { isLate: true } });
    await tell(sha, { build: 'success', 'test (beans)': 'success' });
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
  });

  it('can be canceled while it waits', async () => {
    await change('beans');
    const id = await begin(deploy('beans'));
    await untilWaiting(id);
    expect(await depot.ask({ kind: 'cancel', deployment: id })).toMatchObject({ ok: true });
    expect(await depot.ended(id)).toMatchObject({ status: 'canceled' });
  });

  it('may ignore the checks by who may force, and by nobody else', async () => {
    const sha = await change('beans');
    await tell(sha, { build: 'failure' });
    const forced = { ...deploy('beans'), ref: 'main', ignoringChecks: 'the machine that builds is on fire' };
    expect(await depot.ask(forced, 'bob')).toMatchObject({ ok: false, refusal: { code: 'access-denied' } });
    expect(await depot.askAndWait(forced, 'ann')).toMatchObject({ status: 'succeeded' });
    const audit = await postgres.query(
      `select intent->>'ignoringChecks' as why from packtrain.audit where refusal is null order by id desc limit 1`,
    );
    expect(audit).toEqual([{ why: 'the machine that builds is on fire' }]);
  });

  it('asks again about the commit to which the branch has moved while it waited for its turn', async () => {
    const first = await change('beans');
    await depot.ask({ kind: 'lock', scope: { kind: 'pack', pack: 'beans' }, because: 'a test' }, 'bob');
    await tell(first, { build: 'success', 'test (beans)': 'success' });
    const id = await begin(deploy('beans'));
    await expect.poll(async () => (await view(id))?.deployment.waitingFor, patience).toBe('lock');
    const second = await change('beans');
    await depot.ask({ kind: 'unlock', scope: { kind: 'pack', pack: 'beans' } }, 'bob');
    await untilWaiting(id);
    expect(await postgres.query('select * from packtrain.leases')).toEqual([]);
    await tell(second, { build: 'success', 'test (beans)': 'success' });
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded', plan: { revision: { sha: second } } });
  });
});

describe('a rollback', () => {
  it('is asked for no checks', async () => {
    expect(await depot.askAndWait({ kind: 'rollback', pack: 'beans' })).toMatchObject({
      status: 'succeeded',
    });
  });
});

describe('what was pushed', () => {
  it('waits on when a check fails, says so once, and goes live after a later success', async () => {
    const sha = await change('ears');
    const [id = 0] = await pushed(sha);
    await untilWaiting(id);
    await tell(sha, { build: 'failure', 'test (ears)': 'success' });
    await expect.poll(() => events(id), patience).toEqual(['waiting', 'blocked']);
    expect(await view(id)).toMatchObject({
      deployment: { status: 'waiting' },
      checks: { packs: [{ verdict: { kind: 'block', failed: [{ name: 'build' }] } }] },
    });
    await tell(sha, { build: 'success' }, 2);
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
  });

  it('is superseded by a newer push while it waits', async () => {
    const [older = 0] = await pushed(await change('ears'));
    await untilWaiting(older);
    const sha = await change('ears');
    const [newer = 0] = await pushed(sha);
    expect(await depot.ended(older)).toMatchObject({ status: 'superseded' });
    await tell(sha, { build: 'success', 'test (ears)': 'success' });
    expect(await depot.ended(newer)).toMatchObject({ status: 'succeeded' });
  });

  it('goes live pack by pack, where checks are told by pack', async () => {
    const sha = await change('ears', 'weather');
    const ids = await pushed(sha);
    expect(ids).toHaveLength(2);
    for (const id of ids) await untilWaiting(id);
    await tell(sha, { build: 'success', 'test (ears)': 'failure', 'test (weather)': 'success' });
    await expect.poll(() => depot.read('weather', 'actions/cook.sh'), patience).toContain(`round ${times}`);
    expect((await depot.deployments.list({ pack: 'ears' }))[0]).toMatchObject({ status: 'waiting' });
    await tell(sha, { 'test (ears)': 'success' }, 2);
    for (const id of ids) expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('when news get lost', () => {
  it('finds out from the host', async () => {
    const sha = await change('beans');
    answer = async () => ok([fact(sha, 'build', 'success'), fact(sha, 'test (beans)', 'success')]);
    expect(await depot.askAndWait(deploy('beans'))).toMatchObject({ status: 'succeeded' });
    expect(asked).toEqual([sha]);
  });

  it('asks once for all who wait for a commit, and again later', async () => {
    const sha = await change('beans', 'ears');
    const ids = [await begin(deploy('beans')), await begin(deploy('ears'))];
    for (const id of ids) await untilWaiting(id);
    const later = new Date(depot.now().getTime() + 5_000);
    const putOff = 'select tries from packtrain.check_asks where sha = $1 and next_at > $2';
    await expect.poll(() => postgres.query(putOff, [sha, later]), patience).toHaveLength(1);
    const count = () => asked.filter((one) => one === sha).length;
    const before = count();
    expect(before).toBeLessThanOrEqual(2);
    answer = async () =>
      ok(['build', 'test (beans)', 'test (ears)'].map((name) => fact(sha, name, 'success')));
    depot.passTime(minute);
    for (const id of ids) expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
    expect(count()).toBe(before + 1);
  });

  it('tells once that the host limits its callers, leaves it alone until then, and goes on', async () => {
    const sha = await change('beans');
    const until = new Date(depot.now().getTime() + 10 * minute).toISOString();
    answer = async () => refused(refuse('host-limits', { host: 'forge', until }));
    const id = await begin(deploy('beans'));
    await expect.poll(async () => (await view(id))?.checks?.trouble?.code, patience).toBe('host-limits');
    depot.passTime(5 * minute);
    await change('ears');
    const other = await begin(deploy('ears'));
    await expect.poll(async () => (await view(other))?.checks?.trouble?.code, patience).toBe('host-limits');
    expect(asked).toEqual([sha]);
    const log = (await depot.deployments.events(id)).filter(({ event }) => event.kind === 'log');
    expect(log).toHaveLength(1);
    answer = async () =>
      ok(
        ['build', 'test (beans)', 'test (ears)'].flatMap((name) =>
          asked.map((one) => fact(one, name, 'success')),
        ),
      );
    depot.passTime(6 * minute);
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
    expect(await depot.ended(other)).toMatchObject({ status: 'succeeded' });
  });

  it('waits on after a stop', async () => {
    const sha = await change('beans');
    const id = await begin(deploy('beans'));
    await untilWaiting(id);
    await depot.restart();
    expect((await view(id))?.deployment).toMatchObject({ status: 'waiting', waitingFor: 'checks' });
    await tell(sha, { build: 'success', 'test (beans)': 'success' });
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('why a pack is as it is', () => {
  it('names the check that blocks, its link, who can mend it and what clears it', async () => {
    const sha = await change('beans');
    const id = await begin(deploy('beans'));
    await untilWaiting(id);
    const block = async () => {
      const why = await depot.deployments.why('beans');
      return why.ok ? why.value.block : undefined;
    };
    const command = 'pack deploy Kitchen beans main ignoring checks because …';
    const waiting = `Deployment #${id} waits for CI: build, test (beans).`;
    expect(await block()).toEqual({ what: waiting, owner: 'ann', command });
    await tell(sha, { build: 'failure', 'test (beans)': 'success' });
    expect(await depot.ended(id)).toMatchObject({ status: 'failed' });
    const what = expect.stringMatching(/`build` \(https:.*\) failed for beans at main@.*, since .* UTC\.$/);
    expect(await block()).toEqual({ what, owner: 'ann', command });
  });
});

describe('a return', () => {
  it('goes to the newest commit whose checks have passed, by what the host knows', async () => {
    const good = await change('beans');
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'odd' }), {
      branch: 'odd',
      from: 'refs/heads/main',
    });
    answer = allPass;
    const borrowed = await depot.askAndWait({ ...deploy('beans'), ref: 'odd' }, 'jjm');
    expect(borrowed).toMatchObject({ status: 'succeeded' });
    const red = await change('beans');
    answer = async (sha) => ok(all.map((name) => fact(sha, name, sha === red ? 'failure' : 'success')));
    const back = await depot.askAndWait({ kind: 'return', pack: 'beans' }, 'jjm');
    expect(back).toMatchObject({ status: 'succeeded', plan: { revision: { sha: good } } });
  });
});
