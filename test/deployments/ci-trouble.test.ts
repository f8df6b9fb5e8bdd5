import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLines } from '../../src/chat/render/checks.js';
import type { DeployIntent } from '../../src/core/intent.js';
import { openHost } from '../../src/drivers/hosts/open.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { fakeToken, github } from '../fixtures/hosts-api/dialects.js';
import { type FakeHost, type Mood, serveHost } from '../fixtures/hosts-api/fake.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const minute = 60_000;
let host: FakeHost;
let depot: Depot;
let times = 0;

beforeAll(async () => {
  host = await serveHost(github);
  const clock = { now: () => depot.now() };
  // Short only with a host that hangs, for one that is well may be slow on a busy machine.
  const apiWithin = (timeLimitMs: number) =>
    openHost('github', {
      ...{ name: 'forge', apiUrl: host.apiUrl, clock, timeLimitMs },
      token: async () => fakeToken,
    }).api;
  const [patient, short] = [apiWithin(30_000), apiWithin(50)];
  const hostOf = () => {
    const api = host.mood === 'hangs' || host.mood === 'trickles' ? short : patient;
    if (api === undefined) throw new Error('it has no API');
    return { name: 'forge', path: host.repository, api, commitStatus: false, deploymentRecords: false };
  };
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans', 'ears'],
    repository: `auto_deployment:
  branch: main
  poll_every: 24h
  notify_channel: ops
  checks: { required: [build, 'test ({pack})'] }
`,
    dueEveryMs: 50,
    hostOf,
  });
});
afterAll(async () => {
  await depot.close();
  await host.close();
});

function passAll(sha: string): void {
  for (const name of ['build', 'test (beans)', 'test (ears)']) host.say(sha, name, 'success');
}

/** Commits a change of some packs. */
async function change(...packs: string[]): Promise<string> {
  times += 1;
  const says = `round ${times}`;
  const files = packs.map((pack) => packFiles(pack, { root: `packs/${pack}/`, says }));
  return await depot.repository.commit(Object.assign({}, ...files), { message: says });
}

const beans: DeployIntent = {
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs: ['beans'] },
};

const troubles: readonly [says: string, mood: Mood, code: string, words: string][] = [
  ['401', 'refuses', 'host-refuses-token', 'forge does not take the token'],
  ['403', 'forbids', 'host-forbids', 'forge says that the token may not do this (Resource not accessible)'],
  ['403 with a rate limit', 'limits', 'host-limits', 'forge wants no more requests until'],
  ['500', 'breaks', 'host-broken', 'forge answers what cannot be used (status 500'],
  ['a page for browsers', 'shows a page', 'host-broken', 'forge answers what cannot be used'],
  ['nothing at all', 'hangs', 'host-unreachable', 'forge cannot be reached (no answer within'],
  ['an answer without an end', 'trickles', 'host-unreachable', 'forge cannot be reached (no answer within'],
];

describe('what is there at the start', () => {
  it('goes live once the host says that its checks have passed', async () => {
    passAll(await depot.repository.sha('main'));
    depot.passTime(10 * minute);
    await told('✅ Pushed to *Kitchen*', '*beans* is live', '*ears* is live');
  });
});

describe('a deployment whose host is asked what CI says, and answers', () => {
  it.each(troubles)('%s, waits and says why, and goes on once the host is well', async (...trouble) => {
    const [, mood, code, words] = trouble;
    const sha = await change('beans');
    passAll(sha);
    host.mood = mood;
    const accepted = await depot.ask(beans);
    if (!accepted.ok) throw new Error(accepted.refusal.code);
    const id = accepted.value.deployment;
    const view = () => depot.deployments.get(id);
    await expect.poll(async () => (await view())?.checks?.trouble?.code).toBe(code);
    expect(await view()).toMatchObject({ deployment: { status: 'waiting', waitingFor: 'checks' } });
    expect(checkLines((await view())?.checks).join('\n')).toContain(words);
    const why = await depot.deployments.why('beans');
    expect(why.ok && why.value.block?.what).toContain(words);
    const log = async () =>
      (await depot.deployments.events(id)).flatMap(({ event }) => (event.kind === 'log' ? event.line : []));
    await expect.poll(log).toEqual([expect.stringContaining(words)]);

    host.mood = 'well';
    depot.passTime(10 * minute);
    expect(await depot.ended(id)).toMatchObject({ status: 'succeeded' });
    expect(await depot.read('beans', 'actions/cook.sh')).toContain(`round ${times}`);
  });
});

/** Waits until the channel has one message with all of these words, and gives it. */
async function told(...words: string[]): Promise<string> {
  const found = async () => (await depot.said()).filter((text) => words.every((word) => text.includes(word)));
  await expect.poll(found).toHaveLength(1);
  return (await found())[0] ?? '';
}

describe('a push of which CI fails a part', () => {
  it('is told in one message: what is live, what waits and why; each failure anew; and when it is mended', async () => {
    const before = (await depot.said()).length;
    const sha = await change('beans', 'ears');
    host.say(sha, 'build', 'success');
    host.say(sha, 'test (beans)', 'success');
    host.say(sha, 'test (ears)', 'failure');
    await depot.noteMoved('main', sha);
    const link = '[test (ears)](https://ci.example.org/';
    const pushed = `“round ${times}”`;
    const text = await told(pushed, '*beans* is live', '*ears*: waiting', `CI says no: ${link}`);
    expect(text).toMatch(/^❌ .* by \*ann\*/);
    const failure = await told('❌ Not all that was pushed to *Kitchen*', '*ears*: waiting', link);
    expect(failure).not.toContain('beans');

    host.say(sha, 'test (ears)', 'pending');
    depot.passTime(10 * minute);
    await told('✅ What had failed of *Kitchen*', 'is no longer in the way');
    host.say(sha, 'test (ears)', 'failure');
    depot.passTime(10 * minute);
    await told('❌ Not all that was pushed to *Kitchen*', '*ears*: waiting', link);

    host.say(sha, 'test (ears)', 'success');
    depot.passTime(10 * minute);
    expect(await told(pushed, '*beans* is live', '*ears* is live')).not.toContain('❌');
    await expect
      .poll(async () => (await depot.said()).slice(before).filter((one) => one.startsWith('❌')))
      .toEqual([]);
    // The messages were edited: one of the push, and one for each time that it failed.
    expect((await depot.said()).length).toBe(before + 3);
    expect(await depot.read('ears', 'actions/cook.sh')).toContain(`round ${times}`);
  });
});
