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

/**
 * Packs, and how many milliseconds after the line that deploys them the server is killed: from before the plan to after
 * the end. It is killed once for all lines of a list.
 */
const kills = [
  [
    ['beans', 0],
    ['ears', 50],
    ['mint', 150],
  ],
  [
    ['rice', 25],
    ['soup', 90],
    ['stew', 250],
  ],
] as const;
const packs = kills.flatMap((kill) => kill.map(([pack]) => pack));

const filesOf = (some: readonly string[], says: string) =>
  Object.assign({}, ...some.map((pack) => packFiles(pack, { root: `packs/${pack}/`, says })));
const lineOf = (pack: string) => `!pack deploy Kitchen ${pack}`;

beforeAll(async () => {
  repository = await makeRepository({ files: filesOf(packs, 'zero') });
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
  const { deployment } = await server.say('pack deploy Kitchen');
  expect((await server.ended(deployment ?? 0)).status).toBe('succeeded');
});
afterAll(async () => {
  await server.close();
  await repository.remove();
});

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

/** The deployments that a line has asked for. */
async function deploymentsOf(pack: string): Promise<number[]> {
  const rows = await postgres.query(
    `select id from packtrain.deployments where intent->'packs'->'packs' = jsonb_build_array($1::text) order by id`,
    [pack],
  );
  return rows.map(({ id }) => Number(id));
}

/** Says the line of a pack so long before the server is killed. */
async function sayBefore(pack: string, ms: number): Promise<void> {
  const body = JSON.stringify({ text: lineOf(pack), as: 'ann', key: pack });
  await server.api('/rooms/ops/messages', { method: 'POST', body });
  await sleep(ms);
}

describe.each(kills)('a server that is killed while it deploys (%#)', (...lines) => {
  const before = new Map<string, { id: number | undefined; steps: DoneStep[] }>();

  it('is killed', async () => {
    const changed = lines.map(([pack]) => pack);
    await repository.commit(filesOf(changed, 'killed'));
    const longest = Math.max(...lines.map(([, moment]) => moment));
    await Promise.all(
      lines.map(async ([pack, moment]) => {
        await sleep(longest - moment);
        await sayBefore(pack, moment);
      }),
    );
    await server.kill();
    for (const pack of changed) {
      const [id] = await deploymentsOf(pack);
      before.set(pack, { id, steps: await stepsDone(id ?? 0) });
    }
    await server.start();
  });

  it.each(lines)(
    'goes on after the restart and completes the reply in place (%s, killed after %i ms)',
    async (pack) => {
      await expect
        .poll(
          async () =>
            (
              await postgres.query(
                `select 1 from packtrain.room_messages where from_bot and text like '%live%'
                 and reply_to = (select max(id) from packtrain.room_messages where not from_bot and text = $1)`,
                [lineOf(pack)],
              )
            ).length,
        )
        .toBe(1);
      const [id = 0] = await deploymentsOf(pack);
      const deployment = await server.ended(id);
      expect(deployment.status).toBe('succeeded');
      expect(await readFile(join(server.live, pack, 'actions', 'cook.sh'), 'utf8')).toContain('killed');
      const then = before.get(pack);
      if (then?.id === id) expect((await stepsDone(id)).slice(0, then.steps.length)).toEqual(then.steps);
      const replies = await postgres.query('select text from packtrain.room_messages where deployment = $1', [
        id,
      ]);
      expect(replies).toHaveLength(1);
    },
  );
});

describe('each line', () => {
  it.each(packs)('was accepted once (%s)', async (pack) => {
    expect(await deploymentsOf(pack)).toHaveLength(1);
  });
});
