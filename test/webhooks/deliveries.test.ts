import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountName } from '../../src/core/identity.js';
import { accountsOfPusher } from '../../src/core/pusher.js';
import { hostKinds, savedPost } from '../fixtures/hosts.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type Desk, openDesk, secret } from './desk.js';

const postgres = withPostgres();
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk({ databaseUrl: postgres.url });
});
afterAll(() => desk.close());
afterEach(async () => {
  await desk.settled();
  await postgres.query('DELETE FROM packtrain.deliveries');
  for (const told of [desk.moved, desk.facts, desk.asked, desk.pushed, desk.codes]) told.splice(0);
});

const kept = async () =>
  (await desk.settled()).map(({ outcome, repositories }) => ({ outcome, repositories }));
describe('a delivery', () => {
  it('is accepted before anything is done, and passed on afterwards', async () => {
    const answer = await desk.postSigned('github', savedPost('github', 'push'));
    expect(answer).toEqual({ status: 202, text: 'Accepted.' });
    const [view] = await desk.settled();
    expect(view).toMatchObject({ host: 'github', event: 'push', repositories: ['house-packs'] });
    expect(view?.outcome).toEqual({ kind: 'noted', what: 'main moved to e9d71f5' });
    expect(desk.moved).toEqual([
      {
        repository: 'house-packs',
        branch: 'main',
        sha: 'e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98',
        source: 'webhook',
      },
    ]);
  });

  it('of each kind of host finds its repository by whatever address the config has', async () => {
    const pushes = { 'bitbucket-server': 'refs_changed' } as Record<string, string>;
    for (const kind of hostKinds) await desk.postSigned(kind, savedPost(kind, pushes[kind] ?? 'push'));
    await desk.settled();
    const moved = new Set(desk.moved.map(({ repository, branch }) => `${repository} ${branch}`));
    expect([...moved].sort()).toEqual([
      'at-bitbucket main',
      'at-gitea main',
      'at-gitlab main',
      'at-server main',
      'house-packs main',
    ]);
  });

  it('tells who pushed, by the account that each host proves; what anybody may write proves none', async () => {
    const pushes = { 'bitbucket-server': 'refs_changed' } as Record<string, string>;
    for (const kind of hostKinds) await desk.postSigned(kind, savedPost(kind, pushes[kind] ?? 'push'));
    await desk.settled();
    const accounts = desk.pushed.flatMap(({ by }) => accountsOfPusher(by).map(accountName));
    expect(accounts.sort()).toEqual([
      'bitbucket-cloud:id:557058:1673448e-e706-4c98-ad02-579c534f6b66',
      'bitbucket-server:ann',
      'bitbucket-server:id:17',
      'gitea:ann',
      'gitea:id:7',
      'github:ann',
      'github:id:4711',
      'gitlab:ann',
      'gitlab:id:17',
    ]);
  });

  it('of a new branch that carries a code of pack link tells the code and who pushed it, and deploys nothing', async () => {
    const { headers, body } = savedPost('github', 'push-created');
    const branch = 'packtrain-link-K7QWM-4XHRT';
    await desk.postSigned('github', {
      headers,
      body: body.replace(/refs\/heads\/[^"]+/, `refs/heads/${branch}`),
    });
    expect(await kept()).toMatchObject([
      { outcome: { kind: 'noted', what: 'a branch to join accounts was created' } },
    ]);
    expect(desk.codes).toEqual([
      { code: 'K7QWM-4XHRT', by: { host: 'github', name: 'ann', login: 'ann', id: '4711' } },
    ]);
    expect([...desk.moved, ...desk.pushed]).toEqual([]);
  });

  it('that names no address finds its repository by its path', async () => {
    await desk.postSigned('bitbucket-server', savedPost('bitbucket-server', 'refs_changed-older'));
    expect(await kept()).toMatchObject([{ repositories: ['at-server'], outcome: { kind: 'noted' } }]);
  });

  it('of several refs passes on the one that is deployed by itself', async () => {
    await desk.postSigned('gitlab', savedPost('gitlab', 'repository_update'));
    const [view] = await desk.settled();
    expect(view?.outcome?.what).toBe(
      'main moved to e9d71f5; feature/decaf was deleted; only main is deployed by itself; ' +
        'tag v1.2.0 was created to e9d71f5; only main is deployed by itself',
    );
    expect(desk.moved).toHaveLength(1);
  });

  it('about checks passes on the facts, or that they are to be asked for', async () => {
    await desk.postSigned('gitlab', savedPost('gitlab', 'pipeline'));
    await desk.postSigned('github', savedPost('github', 'check_suite'));
    await desk.settled();
    expect(desk.facts[0]?.repository).toBe('at-gitlab');
    expect(desk.facts[0]?.facts.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'pipeline: failure',
      'docs: neutral',
      'lint: neutral',
      'test (ears): failure',
      'test (beans): success',
      'build: success',
    ]);
    expect(desk.asked).toEqual([
      { repository: 'house-packs', sha: 'e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98' },
    ]);
  });

  it('speaks for its own host only: nobody else can tell that checks passed', async () => {
    const { headers, body } = savedPost('gitea', 'status');
    const theirs = body.replaceAll('git.example.org', 'github.com');
    await desk.postSigned('gitea', { headers, body: theirs });
    expect(await kept()).toMatchObject([{ repositories: ['at-gitea'] }]);
    expect(desk.facts.map(({ repository }) => repository)).toEqual(['at-gitea']);
  });

  it('that is sent again is one delivery', async () => {
    for (const _ of [1, 2, 3])
      expect((await desk.postSigned('github', savedPost('github', 'push'))).status).toBe(202);
    expect(await desk.settled()).toHaveLength(1);
    expect(desk.moved).toHaveLength(1);
    expect(desk.webhooks.counts().github).toMatchObject({ repeated: 2 });
  });

  it('without an id is one of its own however often it comes: each has the remote looked at', async () => {
    const post = savedPost('generic', 'push');
    const repeated = desk.webhooks.counts().generic?.repeated ?? 0;
    await desk.postSigned('generic', post);
    await desk.settled();
    await desk.postSigned('generic', post);
    expect((await desk.settled()).map(({ outcome }) => outcome?.kind)).toEqual(['noted', 'noted']);
    expect(desk.moved).toHaveLength(2);
    expect(desk.webhooks.counts().generic).toMatchObject({ repeated });
  });

  it('is kept without what proves it', async () => {
    await desk.postSigned('gitlab', savedPost('gitlab', 'push'));
    await desk.postSigned('gitea', savedPost('gitea', 'push'));
    await desk.postSigned('generic', savedPost('generic', 'push'));
    await desk.settled();
    const rows = JSON.stringify(await postgres.query('SELECT * FROM packtrain.deliveries'));
    expect(rows).not.toContain(secret);
    expect(rows).not.toMatch(/signature|x-gitlab-token|authorization/i);
  });

  it('with a secret in it is kept with the secret masked', async () => {
    const { headers, body } = savedPost('generic', 'push');
    await desk.postSigned('generic', { headers, body: body.replace('Ears', `Ears ${secret}`) });
    const [row] = await postgres.query('SELECT body FROM packtrain.deliveries');
    expect(row?.body).toContain('Ears •••');
    expect(await kept()).toMatchObject([{ outcome: { kind: 'noted' } }]);
  });
});

describe('nothing but a count is kept of a delivery', () => {
  afterEach(async () => expect(await desk.settled()).toEqual([]));

  it('without a signature, or with a wrong one', async () => {
    const before = desk.webhooks.counts().github?.unsigned ?? 0;
    const post = savedPost('github', 'push');
    expect((await desk.post('github', post)).status).toBe(401);
    const wrong = { ...post.headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    expect((await desk.post('github', { ...post, headers: wrong })).status).toBe(401);
    expect(desk.webhooks.counts().github?.unsigned).toBe(before + 2);
  });

  it('to a host that is not there, or has no secret', async () => {
    const post = savedPost('github', 'push');
    expect((await desk.post('nowhere', post)).status).toBe(404);
    expect((await desk.post('quiet', post)).status).toBe(403);
  });
});

describe('a delivery of which nothing comes is kept, and says why', () => {
  afterEach(() => expect([...desk.moved, ...desk.facts, ...desk.asked]).toEqual([]));

  it('of a repository that is not configured', async () => {
    const { headers, body } = savedPost('github', 'push');
    await desk.postSigned('github', { headers, body: body.replaceAll('house-packs', 'other-packs') });
    expect(await kept()).toEqual([
      {
        repositories: [],
        outcome: { kind: 'nothing', what: 'no repository is configured for kitchen-ops/other-packs' },
      },
    ]);
  });

  it('of another branch', async () => {
    await desk.postSigned('github', savedPost('github', 'push-created'));
    expect((await kept())[0]?.outcome).toEqual({
      kind: 'nothing',
      what: 'feature/decaf was created to 84a5168; only main is deployed by itself',
    });
  });

  it('that tells nothing about us', async () => {
    await desk.postSigned('github', savedPost('github', 'ping'));
    expect((await kept())[0]?.outcome).toEqual({ kind: 'nothing', what: 'ping' });
  });

  it.each([
    ['of JSON of another shape', '{"ref": 7}'],
    ['that is no JSON', '<html>'],
    ['that is empty', ''],
    ['with a letter that no database takes', '\0{"ref":"refs/heads/main"}'],
  ])('%s', async (_, body) => {
    const { headers } = savedPost('github', 'push');
    expect((await desk.postSigned('github', { headers, body })).status).toBe(202);
    expect((await kept())[0]?.outcome?.kind).toBe('unreadable');
  });
});

describe('deliveries', () => {
  it('that come in any order tell the same: what is last is found out by asking the remote', async () => {
    const push = savedPost('github', 'push');
    const forced = savedPost('github', 'push-forced');
    await desk.postSigned('github', forced);
    await desk.postSigned('github', push);
    await desk.settled();
    const branches = new Set(desk.moved.map(({ repository, branch }) => `${repository} ${branch}`));
    expect([...branches]).toEqual(['house-packs main']);
  });

  it('that were kept before a stop are looked at after the next start', async () => {
    await desk.webhooks.close();
    // Its processor is closed; what it takes is only kept.
    expect((await desk.postSigned('github', savedPost('github', 'push'))).status).toBe(202);
    expect((await desk.webhooks.list(1))[0]).not.toHaveProperty('outcome');
    await desk.restart();
    expect(await kept()).toMatchObject([{ outcome: { kind: 'noted' } }]);
    expect(desk.moved).toHaveLength(1);
  });

  it('can be looked at again, and handed in without a signature', async () => {
    await desk.postSigned('github', savedPost('github', 'push'));
    const [view] = await desk.settled();
    const replayed = await desk.webhooks.replay(view?.id ?? 0);
    expect(replayed).toMatchObject({ ok: true, value: { id: view?.id, outcome: { kind: 'noted' } } });
    const { headers: _, body } = savedPost('gitea', 'push');
    const taken = await desk.webhooks.take({ host: 'gitea', event: 'push', headers: {}, body });
    expect(taken).toMatchObject({
      ok: true,
      value: { host: 'gitea', event: 'push', repositories: ['at-gitea'] },
    });
    expect(desk.moved.map(({ repository }) => repository)).toEqual([
      'house-packs',
      'house-packs',
      'at-gitea',
    ]);
  });

  it('that are not there, or of no host, are refused', async () => {
    expect(await desk.webhooks.replay(1_000_000)).toMatchObject({ refusal: { code: 'no-delivery' } });
    const handed = { headers: {}, body: '{}' };
    expect(await desk.webhooks.take({ ...handed, host: 'nowhere' })).toMatchObject({
      refusal: { code: 'no-host' },
    });
    expect(await desk.webhooks.take(handed)).toMatchObject({ refusal: { code: 'host-not-told' } });
  });
});

describe('what fails for one repository', () => {
  it('holds up no other, and is tried again', async () => {
    await desk.webhooks.close();
    let isBroken = true;
    const told: string[] = [];
    const noteMoved = async ({ repository }: { repository: string }) => {
      if (repository === 'house-packs' && isBroken) throw new Error('not now');
      told.push(repository);
    };
    const other = await openDesk({ databaseUrl: postgres.url, deps: { noteMoved } });
    try {
      await other.postSigned('github', savedPost('github', 'push'));
      await other.postSigned('gitea', savedPost('gitea', 'push'));
      await expect.poll(() => told).toEqual(['at-gitea']);
      await expect.poll(() => other.complaints).toContain('what a host told could not be passed on');
      const [github] = (await other.webhooks.list(2)).slice(-1);
      expect(github).not.toHaveProperty('outcome');
      isBroken = false;
      expect(await other.webhooks.replay(github?.id ?? 0)).toMatchObject({
        value: { outcome: { kind: 'noted' } },
      });
      expect(told).toEqual(['at-gitea', 'house-packs']);
    } finally {
      await other.close();
      await desk.restart();
    }
  });

  it('is given up after the tenth try, and says why', async () => {
    await desk.webhooks.close();
    const noteMoved = async () => {
      throw new Error('the queue is out of reach');
    };
    const other = await openDesk({ databaseUrl: postgres.url, deps: { noteMoved } });
    try {
      await other.webhooks.close();
      await other.postSigned('github', savedPost('github', 'push'));
      // As often as it was tried before.
      await postgres.query('UPDATE packtrain.deliveries SET attempts = 8');
      await other.restart();
      await expect.poll(async () => await attempts()).toBe(9);
      expect((await other.webhooks.list(1))[0]).not.toHaveProperty('outcome');
      await other.restart();
      const what = 'main moved to e9d71f5; it could not be passed on: the queue is out of reach';
      expect((await other.settled())[0]?.outcome).toEqual({ kind: 'broken', what });
    } finally {
      await other.close();
      await desk.restart();
    }
  });
});

const attempts = async () => {
  const [row] = await postgres.query('SELECT attempts FROM packtrain.deliveries');
  return row?.attempts;
};

describe('what was kept', () => {
  it('is forgotten after seven days, and not before', async () => {
    await desk.postSigned('github', savedPost('github', 'push'));
    await desk.postSigned('gitea', savedPost('gitea', 'push'));
    await desk.settled();
    const age = (host: string, days: number) =>
      postgres.query('UPDATE packtrain.deliveries SET received_at = $1 WHERE host = $2', [
        new Date(Date.now() - days * 86_400_000),
        host,
      ]);
    await age('github', 7.1);
    await age('gitea', 6.9);
    await desk.restart();
    await expect.poll(async () => (await desk.webhooks.list(5)).map(({ host }) => host)).toEqual(['gitea']);
  });
});
