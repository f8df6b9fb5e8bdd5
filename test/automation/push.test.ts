import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Push } from '../../src/core/push.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;

const keys = `auto_deployment: { branch: main, poll_every: 10m }
shared_paths: { "lib/**": ["b*"], "VERSION": ["*"] }`;

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, packs: ['beans', 'ears'], repository: keys });
});
afterAll(() => depot.close());

let seen = 0;

/** Waits until one more push is through, and gives it. */
async function nextPush(): Promise<Push> {
  for (;;) {
    const pushes = await depot.pushes();
    const [newest] = pushes;
    if (newest !== undefined && pushes.length > seen && newest.endedAt !== undefined) {
      expect(pushes.length).toBe(seen + 1);
      seen += 1;
      return newest;
    }
    await sleep(20);
  }
}

const beans = (says: string) => packFiles('beans', { root: 'packs/beans/', says });
describe('what is pushed', () => {
  it('at first is all that the branch has, and goes live', async () => {
    const push = await nextPush();
    expect(push).toMatchObject({ source: 'poll', isForced: false });
    expect(push.before).toBeUndefined();
    expect(push.parts).toEqual([{ key: 'all', packs: ['beans', 'ears'], removes: [] }]);
    expect(await depot.read('ears', 'pack.yaml')).toContain('ref: ears');
  });

  it('goes live by itself, and nothing that it does not change', async () => {
    const ears = await depot.link('ears');
    const sha = await depot.repository.commit(beans('two'), {
      message: 'Two beans\n\nFor two.',
      author: 'bob',
    });
    expect(await depot.noteMoved('main', sha)).toBe('noted');
    const push = await nextPush();
    expect(push).toMatchObject({ sha, message: 'Two beans\n\nFor two.', author: 'bob', source: 'webhook' });
    expect(push.parts).toEqual([{ key: 'all', packs: ['beans'], removes: [] }]);
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('two');
    expect(await depot.link('ears')).toBe(ears);
    const [id = 0] = push.deployments;
    const view = await depot.deployments.get(id);
    expect(view?.deployment).toMatchObject({
      via: 'push',
      status: 'succeeded',
      intent: { push: push.id, at: sha },
    });
  });
});
