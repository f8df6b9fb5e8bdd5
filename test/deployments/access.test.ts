import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent } from '../../src/core/intent.js';
import { sentence } from '../../src/core/reason.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;

const config = `
admins: [ann]
access:
  - allow: everybody
    commands: [deploy, rollback, cancel]
  - deny: { people: [bob] }
    commands: [deploy]
    packs: [ears]
  - deny: { people: [jjm] }
    commands: [deploy]
    branches: ["release/*"]
    because: the release is frozen
`;

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, config });
});
afterAll(async () => {
  await depot.close();
});

const deploy = (packs: string[], more: Partial<DeployIntent> = {}): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs },
  ...more,
});

describe('the policy at the door', () => {
  it('refuses a denied pack before anything runs, and says which rule and who can', async () => {
    const asked = await depot.ask(deploy(['ears'], { ref: 'main' }), 'bob');
    expect(asked).toMatchObject({ ok: false, refusal: { code: 'access-denied' } });
    if (!asked.ok) expect(sentence(asked.refusal)).toMatch(/packtrain\.yaml:\d+ denies bob.*ann.* can/);
  });

  it('asks again when only the plan tells which packs are meant', async () => {
    const all = await depot.askAndWait({ ...deploy([]), packs: { kind: 'differing' } }, 'bob');
    expect(all).toMatchObject({ status: 'failed', refusal: { code: 'access-denied' } });
    expect(await depot.deployments.live()).toEqual([]);
  });

  it('is not got round by naming the commit in place of the branch', async () => {
    const change = packFiles('beans', { root: 'packs/beans/', says: 'frozen' });
    const sha = await depot.repository.commit(change, { branch: 'release/1', from: 'refs/heads/main' });
    const byName = await depot.ask(deploy(['beans'], { ref: 'release/1' }), 'jjm');
    expect(byName).toMatchObject({ ok: false, refusal: { code: 'access-denied' } });
    const bySha = await depot.askAndWait(deploy(['beans'], { ref: sha }), 'jjm');
    expect(bySha).toMatchObject({ status: 'failed', refusal: { code: 'access-denied' } });
    expect(await depot.askAndWait(deploy(['beans'], { ref: sha }), 'bob')).toMatchObject({
      status: 'succeeded',
    });
  });

  it('lets nobody but admins force', async () => {
    const forced = deploy(['weather'], { ref: 'main', adopt: true });
    expect(await depot.ask(forced, 'bob')).toMatchObject({ ok: false, refusal: { code: 'access-denied' } });
    expect(await depot.askAndWait(forced, 'ann')).toMatchObject({ status: 'succeeded' });
  });

  it('lets people cancel their own deployments, and admins anybody’s', async () => {
    const done = await depot.askAndWait(deploy(['beans'], { ref: 'main' }), 'bob');
    const cancel = { kind: 'cancel', deployment: done.id } as const;
    expect(await depot.ask(cancel, 'jjm')).toMatchObject({ refusal: { code: 'access-denied' } });
    expect(await depot.ask(cancel, 'bob')).toMatchObject({ refusal: { code: 'already-ended' } });
    expect(await depot.ask(cancel, 'ann')).toMatchObject({ refusal: { code: 'already-ended' } });
  });

  it('keeps in the audit what was asked, also what was refused', async () => {
    const rows = await postgres.query(
      `select refusal->>'code' as code from packtrain.audit order by id limit 1`,
    );
    expect(rows).toEqual([{ code: 'access-denied' }]);
    await expect(postgres.query('delete from packtrain.audit')).rejects.toThrow('append-only');
  });
});
