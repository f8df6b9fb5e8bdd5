import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Intent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const minute = 60_000;
const hour = 60 * minute;
const patience = { timeout: 10_000 };
let depot: Depot;
/** It is half past nine in the evening when the tests begin: the quiet hours are from 22:00 to 07:00 by this clock. */
const evening = Date.now();
const at = (hours: number) => evening + (hours - 21.5) * hour;
const clockFace = (time: number) => new Date(time).toISOString().slice(11, 16);

beforeAll(async () => {
  const quiet = `"${clockFace(at(22))}-${clockFace(at(31))}"`;
  depot = await openDepot({
    databaseUrl: postgres.url,
    borrow: `return_after: 1h, warn_before: 10m, quiet_hours: ${quiet}`,
    config: 'admins: [ann]\ntime_zone: UTC\n',
    dueEveryMs: 50,
  });
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  for (const pack of ['beans', 'ears'])
    await depot.repository.commit(packFiles(pack, { root: `packs/${pack}/`, says: 'feature' }), {
      branch: 'feature/x',
      ...(pack === 'beans' ? { from: 'refs/heads/main' } : {}),
    });
});
afterAll(async () => {
  await depot.close();
});

async function ask(intent: Intent, as: string) {
  const asked = await depot.askInChat(intent, as);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  return asked.value;
}

async function borrow(pack: string, as: string): Promise<void> {
  const packs = { kind: 'named', packs: [pack] } as const;
  const { deployment } = await ask({ kind: 'deploy', repository: 'Kitchen', packs, ref: 'feature/x' }, as);
  await depot.ended(deployment);
}

/** Lets it become a time of the day, and lets the timers see it. */
async function becomes(hours: number): Promise<void> {
  depot.passTime(at(hours) - depot.now().getTime());
  const seen = await looks();
  await expect.poll(looks, patience).toBeGreaterThan(seen + 1);
}

/** How often what is due was looked for: each look ends the locks of that time. */
let probes = 0;
async function looks(): Promise<number> {
  const open = await depot.deployments.locks();
  if (open.length > 0) return probes;
  probes += 1;
  await ask(
    { kind: 'lock', scope: { kind: 'pack', pack: `probe_${probes}` }, because: 'x', forMs: 1 },
    'ann',
  );
  return probes;
}

const held = async () => (await depot.deployments.borrows()).map((b) => `${b.holder.name} ${b.pack}`).sort();

async function told(kind: string, to: string): Promise<number> {
  const rows = await postgres.query(
    `select 1 from packtrain.notices where notice->>'kind' = $1 and notice->'to'->>'name' = $2`,
    [kind, to],
  );
  return rows.length;
}

describe('a night', () => {
  it('leaves the pack to whoever asked for it, gives back another’s, and tells in the morning', async () => {
    await borrow('beans', 'jjm');
    await borrow('ears', 'bob');
    const { borrow: kept } = await ask({ kind: 'extend', pack: 'beans', by: 'overnight' }, 'jjm');
    expect(clockFace(kept?.until.getTime() ?? 0)).toBe(clockFace(at(31)));
    expect(kept?.overnight).toBe(true);

    await becomes(22.75);
    await expect.poll(held, patience).toEqual(['jjm beans']);
    await expect.poll(() => told('returned', 'bob'), patience).toBe(1);

    await becomes(27);
    await depot.restart();
    await becomes(27.5);
    expect(await held()).toEqual(['jjm beans']);
    expect([await told('return-soon', 'jjm'), await told('returned', 'jjm')]).toEqual([0, 0]);

    await becomes(30.9);
    await expect.poll(() => told('return-soon', 'jjm'), patience).toBe(1);
    await becomes(31.1);
    await expect.poll(held, patience).toEqual([]);
    await expect.poll(() => told('returned', 'jjm'), patience).toBe(1);
  });

  it('is not cut short by an end that falls into it', async () => {
    // The next evening, late: an hour more ends within the quiet hours.
    depot.passTime(at(45.75) - depot.now().getTime());
    await borrow('beans', 'jjm');
    await ask({ kind: 'extend', pack: 'beans', by: 'overnight' }, 'jjm');
    await postgres.query(`update packtrain.borrows set until = $1 where ended_at is null`, [
      new Date(at(46.75)),
    ]);
    await becomes(51);
    expect(await held()).toEqual(['jjm beans']);
    await becomes(55.1);
    await expect.poll(held, patience).toEqual([]);
  });
});
