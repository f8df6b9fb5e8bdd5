import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
let repository: FixtureRepository;
let server: ServerFixture;

beforeAll(async () => {
  repository = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/', says: 'zero' }) });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
});
afterAll(async () => {
  await server.close();
  await repository.remove();
});

/** Milliseconds after the line at which the server is killed: from before the plan to after the end. */
const moments = [0, 25, 50, 90, 150, 250];

interface DoneStep {
  readonly name: string;
  readonly at: string;
}

async function stepsDone(deployment: number): Promise<DoneStep[]> {
  const rows = await postgres.query(
    `select function_name as name, completed_at_epoch_ms::text as at from dbos.operation_outputs
     where workflow_uuid = $1 order by function_id`,
    [`deployment-${deployment}`],
  );
  return rows as unknown as DoneStep[];
}

describe('a server that is killed while it deploys', () => {
  it.each(moments)(
    'goes on after the restart and completes the reply in place (killed after %i ms)',
    async (moment) => {
      const says = `killed after ${moment}`;
      await repository.commit(packFiles('beans', { root: 'packs/beans/', says }));
      const body = JSON.stringify({ text: '!pack deploy Kitchen beans', as: 'ann', key: says });
      await server.api('/rooms/ops/messages', { method: 'POST', body });
      await sleep(moment);
      await server.kill();
      const [before] = await postgres.query('select max(id) as id from packtrain.deployments');
      const doneBefore = await stepsDone(Number(before?.id ?? 0));

      await server.start();

      await expect
        .poll(
          async () =>
            (
              await postgres.query(`select 1 from packtrain.room_messages
        where from_bot and text like '%live%' and reply_to = (select max(id) from packtrain.room_messages where not from_bot)`)
            ).length,
        )
        .toBe(1);
      const [{ id } = { id: 0 }] = await postgres.query('select max(id) as id from packtrain.deployments');
      const deployment = await server.ended(Number(id));
      expect(deployment.status).toBe('succeeded');
      expect(await readFile(join(server.live, 'beans', 'actions', 'cook.sh'), 'utf8')).toContain(says);
      if (before?.id === id)
        expect((await stepsDone(Number(id))).slice(0, doneBefore.length)).toEqual(doneBefore);
      const replies = await postgres.query('select text from packtrain.room_messages where deployment = $1', [
        id,
      ]);
      expect(replies).toHaveLength(1);
    },
  );

  it('accepted each line once', async () => {
    const [{ count } = { count: 0 }] = await postgres.query(
      'select count(*)::int as count from packtrain.deployments',
    );
    expect(count).toBe(moments.length);
  });
});
