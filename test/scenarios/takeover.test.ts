import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { holdPacks } from '../fixtures/talk.js';

const postgres = withPostgres();
let repository: FixtureRepository;
let first: ServerFixture;
let second: ServerFixture;

beforeAll(async () => {
  repository = await makeRepository({
    files: packFiles('beans', { root: 'packs/beans/', says: 'taken over' }),
  });
  const config = (live: string) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
`;
  first = await startServer({ databaseUrl: postgres.url, config: ({ live }) => config(live) });
  second = await startServer({ databaseUrl: postgres.url, config: () => config(first.live) });
});
afterAll(async () => {
  await second.close();
  await first.close();
  await repository.remove();
});

describe('two servers on one database', () => {
  it('one goes on with what the other had under way when it was killed', async () => {
    const letGo = await holdPacks(first.live, 'beans');
    const accepted = await first.say('pack deploy Kitchen beans');
    const id = accepted.deployment ?? 0;
    const status = async () =>
      (await postgres.query('select status from packtrain.deployments where id = $1', [id]))[0]?.status;
    await expect.poll(status).toBe('running');
    await first.kill();
    await letGo();
    expect(await status()).toBe('running');

    // As if a minute had passed in which nothing was heard of it.
    await postgres.query(
      `update packtrain.servers set seen_at = seen_at - interval '1 minute' where pid = ${first.pid}`,
    );
    const deployment = await second.ended(id);

    expect(deployment.status).toBe('succeeded');
    const file = join(first.live, 'beans', 'actions', 'cook.sh');
    expect(await readFile(file, 'utf8')).toContain('taken over');
  }, 60_000);

  it('the killed one comes back beside it', async () => {
    await first.start();
    expect((await first.say('pack list')).text).toContain('beans');
  });
});
