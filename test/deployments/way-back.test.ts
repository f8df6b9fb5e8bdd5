import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AskGate, GateAnswer } from '../../src/core/gate.js';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
const minute = 60_000;
const patience = { timeout: 10_000 };

/** What the gate answers for a commit; it lets all others pass. */
const answers = new Map<string, GateAnswer>();
let standard: GateAnswer = 'pass';
const gate: AskGate = async (_repository, { sha }) => answers.get(sha) ?? standard;

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, config: 'admins: [ann]\n', dueEveryMs: 100, gate });
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  for (const pack of ['beans', 'soup'])
    await depot.repository.commit(packFiles(pack, { root: `packs/${pack}/`, says: 'feature' }), {
      branch: 'feature/x',
      ...(pack === 'beans' ? { from: 'refs/heads/main' } : {}),
    });
});
afterAll(async () => {
  await depot.close();
});
afterEach(() => {
  answers.clear();
  standard = 'pass';
});

const says = async () => /echo (.*)/.exec(await depot.read('beans', 'actions/cook.sh'))?.[1];
const isFree = () => expect.poll(async () => await depot.deployments.borrows(), patience).toEqual([]);

async function done(intent: Intent, as: string) {
  const asked = await depot.askInChat(intent, as);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  return await depot.ended(asked.value.deployment);
}

function borrow(pack = 'beans') {
  const packs: DeployIntent['packs'] = { kind: 'named', packs: [pack] };
  return done({ kind: 'deploy', repository: 'Kitchen', packs, ref: 'feature/x' }, 'jjm');
}

async function push(text: string, answer: GateAnswer): Promise<string> {
  const sha = await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: text }));
  answers.set(sha, answer);
  return sha;
}

async function newest(kind: string): Promise<Record<string, unknown> | undefined> {
  const rows = await postgres.query(
    `select notice from packtrain.notices where notice->>'kind' = $1 order by id desc limit 1`,
    [kind],
  );
  return rows[0]?.notice as Record<string, unknown> | undefined;
}

describe('a return', () => {
  it('goes to the newest commit that the gate lets pass, and its holder is told so before', async () => {
    await borrow();
    const good = await push('good', 'pass');
    await push('red', 'block');
    await push('not checked yet', 'wait');
    depot.passTime(51 * minute);
    await expect.poll(() => newest('return-soon'), patience).toMatchObject({ goesTo: { sha: good } });
    depot.passTime(10 * minute);
    await isFree();
    expect(await says()).toBe('good');
    await expect
      .poll(() => newest('returned'), patience)
      .toMatchObject({ revision: { ref: 'main', sha: good } });
  });

  it('goes to what was displaced when nothing passes', async () => {
    const displaced = await says();
    await borrow();
    await push('worse', 'block');
    standard = 'block';
    depot.passTime(61 * minute);
    await isFree();
    expect(await says()).toBe(displaced);
  });

  it('of a pack that was not live before is kept when nothing passes, and taken away by force', async () => {
    await borrow('soup');
    standard = 'wait';
    depot.passTime(61 * minute);
    await expect
      .poll(() => newest('return-failed'), patience)
      .toMatchObject({ pack: 'soup', because: { code: 'nothing-passes' } });
    expect(await depot.deployments.live('soup')).toHaveLength(1);
    const back = await done({ kind: 'return', pack: 'soup', force: true }, 'jjm');
    expect(back).toMatchObject({ status: 'succeeded', packs: [{ pack: 'soup', status: 'removed' }] });
    expect(await depot.deployments.live('soup')).toEqual([]);
    expect(await depot.deployments.borrows()).toEqual([]);
  });

  it('is asked for the branch’s own commits, not for those that a merge brought', async () => {
    const parent = await push('before the merge', 'pass');
    const files = packFiles('beans', { root: 'packs/beans/', says: 'on the side' });
    const side = await depot.repository.commit(files, { branch: 'side', from: parent });
    await borrow();
    const merge = await depot.repository.git(
      ...['commit-tree', `${side}^{tree}`, '-p', parent, '-p', side, '-m', 'Merge side'],
    );
    await depot.repository.setBranch('main', merge);
    answers.set(merge, 'block');
    const back = await done({ kind: 'return', pack: 'beans' }, 'jjm');
    expect(back).toMatchObject({ status: 'succeeded', plan: { revision: { sha: parent } } });
  });

  it('is not asked for by an account that is only called like the bot', async () => {
    await borrow();
    for (const as of ['Packtrain', 'packtrain'])
      expect(await depot.askInChat({ kind: 'return', pack: 'beans' }, as)).toMatchObject({
        refusal: { code: 'access-denied' },
      });
    expect(await depot.deployments.borrows()).toMatchObject([{ holder: { name: 'jjm' } }]);
  });
});
