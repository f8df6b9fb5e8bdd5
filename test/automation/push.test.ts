import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Push } from '../../src/core/push.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import type { FixtureFiles } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;

const automatic = 'auto_deployment: { branch: main, poll_every: 10m, notify_channel: ops }';
const keys = `${automatic}
shared_paths: { "lib/**": ["b*"], "VERSION": ["*"] }`;

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, packs: ['beans', 'ears'], repository: keys });
});
afterAll(() => depot.close());

let known = 0;

/** Waits until one more push is through, and gives it. */
async function nextPush(): Promise<Push> {
  for (;;) {
    const pushes = await depot.pushes();
    const [newest] = pushes;
    if (newest !== undefined && pushes.length > known && newest.endedAt !== undefined) {
      expect(pushes.length).toBe(known + 1);
      known += 1;
      return newest;
    }
    await sleep(20);
  }
}

/** Waits until a message of the notify channel has all of these words, and gives the newest that does. */
async function told(...words: string[]): Promise<string> {
  for (let tries = 0; ; tries++) {
    const said = await depot.said();
    const found = said.findLast((text) => words.every((word) => text.includes(word)));
    if (found !== undefined) return found;
    if (tries > 1_200) throw new Error(`The channel says:\n${said.join('\n--\n')}`);
    await sleep(25);
  }
}

/** Pushes a commit and says so, as a webhook does. */
async function push(files: FixtureFiles, message = 'Change it'): Promise<Push> {
  const sha = await depot.repository.commit(files, { message });
  expect(await depot.noteMoved('main', sha)).toBe('noted');
  const noted = await nextPush();
  expect(noted.sha).toBe(sha);
  return noted;
}

const pack = (name: string, says: string) => packFiles(name, { root: `packs/${name}/`, says });
const without = (name: string): FixtureFiles =>
  Object.fromEntries(Object.keys(pack(name, '')).map((path) => [path, null]));
const says = (name: string) => depot.read(name, 'actions/cook.sh');

describe('what is pushed', () => {
  it('at first is all that the branch has', async () => {
    const first = await nextPush();
    expect(first).toMatchObject({ source: 'poll', isForced: false, held: [], gone: [] });
    expect(first.before).toBeUndefined();
    expect(first.parts).toEqual([{ key: 'all', packs: ['beans', 'ears'], removes: [] }]);
    expect(await says('ears')).toContain('hello');
  });

  it('goes live by itself, and nothing that it does not change', async () => {
    const ears = await depot.link('ears');
    const noted = await push(pack('beans', 'two'), 'Two beans\n\nOne for each of us.');
    expect(noted).toMatchObject({
      message: 'Two beans\n\nOne for each of us.',
      author: 'ann',
      source: 'webhook',
    });
    expect(noted.parts).toEqual([{ key: 'all', packs: ['beans'], removes: [] }]);
    expect(await says('beans')).toContain('two');
    expect(await depot.link('ears')).toBe(ears);
    const view = await depot.deployments.get(noted.deployments[0] ?? 0);
    expect(view?.deployment).toMatchObject({ via: 'push', status: 'succeeded', intent: { at: noted.sha } });
    const why = await depot.deployments.why('beans');
    expect(why.ok && why.value).toMatchObject({
      push: { id: noted.id },
      view: { live: { push: { id: noted.id } } },
    });
    expect(await told('is live.')).toBe(
      '✅ Pushed to *Kitchen*: `main` by *ann*, “Two beans”.\n✅ *beans* is live. #\n• changes the code of the action `beans.cook`',
    );
  });

  it('is found by asking when no webhook came, and told once however often it is heard of', async () => {
    const sha = await depot.repository.commit(pack('ears', 'three'));
    depot.passTime(11 * 60_000);
    expect(await nextPush()).toMatchObject({ source: 'poll', sha });
    expect(await says('ears')).toContain('three');
    const before = (await depot.said()).length;
    await Promise.all(Array.from({ length: 20 }, () => depot.noteMoved('main', sha)));
    await depot.noteMoved('main');
    await depot.noteMoved('main', '0'.repeat(40));
    expect(await depot.noteMoved('feature/x', sha)).toBe('not-automatic');
    depot.passTime(11 * 60_000);
    await sleep(500);
    expect((await depot.pushes()).length).toBe(known);
    expect((await depot.said()).length).toBe(before);
  });

  it('of a new name is a new pack, and the old one stays until the repository prunes', async () => {
    const noted = await push({ ...without('ears'), ...pack('lobes', 'ears') }, 'Call ears lobes');
    expect(noted.parts).toEqual([{ key: 'all', packs: ['lobes'], removes: [] }]);
    expect(noted.gone).toEqual(['ears']);
    expect(await told('*lobes* is live', 'Call ears')).toContain(
      '⚠️ *ears* is not on `main` any more; what is live of it stays.',
    );
    expect(await says('ears')).toContain('three');
    expect((await push(pack('lobes', 'again'))).gone).toEqual([]);

    await depot.reconfigure({ keys: `${keys}\nprune: true` });
    const pruning = await push(pack('lobes', 'and again'));
    expect(pruning.parts).toEqual([{ key: 'all', packs: ['lobes'], removes: ['ears'] }]);
    await expect(depot.link('ears')).rejects.toThrow('ENOENT');
    expect(await says('lobes')).toContain('and again');
    expect(await told('removed')).toContain('*lobes* and *ears*');
    await depot.reconfigure({ keys });
  });

  it('in a path that packs share is a change of those packs', async () => {
    const [beans, lobes] = [await depot.link('beans'), await depot.link('lobes')];
    const noted = await push({ 'lib/cook.py': 'import fire\n' });
    expect(noted.parts).toEqual([{ key: 'all', packs: ['beans'], removes: [] }]);
    expect(await depot.link('beans')).not.toBe(beans);
    expect(await depot.link('lobes')).toBe(lobes);
    const all = await push({ VERSION: '2\n' });
    expect(all.parts[0]?.packs).toEqual(['beans', 'lobes']);
    expect((await push({ 'README.md': 'Nothing of a pack\n' })).nothing).toBe('nothing-changed');
  });

  it('and asks not to be deployed is not, and comes with the next push that does not ask', async () => {
    const skipping = await push(pack('beans', 'draft'), 'Try beans [Deploy Skip]');
    expect(skipping).toMatchObject({ nothing: 'skip-asked', parts: [], deployments: [] });
    expect(await told('[deploy skip]')).toContain('Nothing of it is deployed');
    expect(await says('beans')).toContain('two');
    expect((await push({ 'README.md': 'More\n' })).parts[0]?.packs).toEqual(['beans']);
    expect(await says('beans')).toContain('draft');
  });

  it('waits for a newer commit once it was rolled back from', async () => {
    await push(pack('beans', 'bad'));
    await depot.askAndWait({ kind: 'rollback', pack: 'beans' });
    expect(await says('beans')).toContain('draft');
    const other = await push(pack('lobes', 'five'));
    expect(other).toMatchObject({ held: ['beans'] });
    expect(other.parts[0]?.packs).toEqual(['lobes']);
    await told('*lobes* is live', '↩️ *beans* stays rolled back');
    expect(await says('beans')).toContain('draft');
    expect((await push(pack('beans', 'good'))).parts[0]?.packs).toEqual(['beans']);
    expect(await says('beans')).toContain('good');
  });

  it('by force is compared with what is live, whatever became of history', async () => {
    const before = await depot.repository.sha('refs/heads/main^');
    await depot.repository.setBranch('main', before);
    await depot.noteMoved();
    const forced = await nextPush();
    expect(forced).toMatchObject({ isForced: true, sha: before });
    // The branch stands where the bad beans were again, which were rolled back from.
    expect(forced).toMatchObject({ held: ['beans'], parts: [] });
    const anew = await push({ ...pack('beans', 'anew') }, 'Begin anew');
    expect(anew.isForced).toBe(false);
    expect(await says('beans')).toContain('anew');
  });

  it('and cannot be deployed is told with the reason, and told anew so that it is seen', async () => {
    const broken = await push({
      'packs/beans/pack.yaml': 'ref: beans\nversion: soon\n',
      ...pack('lobes', 'six'),
    });
    const view = await depot.deployments.get(broken.deployments[0] ?? 0);
    expect(view?.deployment.status).toBe('failed');
    expect(await says('lobes')).toContain('six');
    const failure = await told('❌ Not all that was pushed');
    expect(failure).toContain('pack.yaml');
    await told('“Change it”', '*lobes* did');
    await push(pack('beans', 'well'));

    const twice = await push({ 'packs/more/pack.yaml': 'ref: beans\nname: beans\nversion: 1.0.0\n' });
    expect(twice).toMatchObject({ parts: [], refusal: { code: 'pack-twice' } });
    await told('Nothing of it is deployed', 'Several folders');
    await push({ 'packs/more/pack.yaml': null });
  });
});

describe('a pack that somebody has borrowed', () => {
  it('holds up only itself; newer pushes take the place of those that wait, and the newest goes live', async () => {
    await depot.repository.commit(pack('beans', 'feature'), { branch: 'feature/x', from: 'refs/heads/main' });
    const branch = { kind: 'deploy', repository: 'Kitchen', ref: 'feature/x' } as const;
    await depot.askAndWait({ ...branch, packs: { kind: 'named', packs: ['beans'] } }, 'bob');

    const sha = await depot.repository.commit({ ...pack('beans', 'ten'), ...pack('lobes', 'ten') });
    await depot.noteMoved('main', sha);
    const waiting = await told('*beans*: waiting', '*lobes* is live');
    expect(waiting).toContain('*beans* is borrowed by *bob* on _feature/x_ since hh:mm, until hh:mm');
    expect(await says('lobes')).toContain('ten');
    expect(await says('beans')).toContain('feature');
    const [first] = await depot.pushes();

    await depot.noteMoved('main', await depot.repository.commit(pack('beans', 'eleven')));
    const old = await depot.ended(first?.deployments.at(-1) ?? 0);
    const [second] = await depot.pushes();
    expect(old).toMatchObject({
      status: 'superseded',
      refusal: { code: 'superseded', params: { push: second?.id } },
    });
    expect(second?.parts).toEqual([{ key: 'pack:beans', packs: ['beans'], removes: [] }]);
    await told('*lobes* is live', `a newer push (${second?.id}) took its place`);
    known += 1;

    await depot.askAndWait({ kind: 'return', pack: 'beans' }, 'bob');
    await nextPush();
    expect(await says('beans')).toContain('eleven');
  });
});

describe('a remote', () => {
  it('that does not have the branch is told of once, and caught up with when it has', async () => {
    known = (await depot.pushes()).length;
    const sha = await depot.repository.sha('refs/heads/main');
    await depot.repository.removeBranch('main');
    await depot.repository.commit({ 'a.txt': 'a' }, { branch: 'trunk' });
    await depot.noteMoved();
    expect(await problem()).toBe('branch-gone');
    const why = await depot.deployments.why('lobes');
    expect(why.ok && why.value.block?.what).toContain('Kitchen has no branch main any more');
    await depot.repository.setBranch('main', sha);
    await depot.noteMoved();
    expect(await problem()).toBeUndefined();
    expect((await depot.pushes()).length).toBe(known);
  });

  it('that does not show yet what its webhook told is asked again until it does', async () => {
    const sha = await depot.repository.commit(pack('lobes', 'late'), {
      branch: 'elsewhere',
      from: 'refs/heads/main',
    });
    await depot.noteMoved('main', 'f'.repeat(40));
    expect(await problem()).toBe('push-not-there-yet');
    await depot.repository.setBranch('main', sha);
    depot.passTime(5_000);
    expect(await nextPush()).toMatchObject({ sha, source: 'webhook' });
    expect(await problem()).toBeUndefined();
  });
});

/** What is said to be the matter with the remote, once it has been looked at. */
async function problem(): Promise<string | undefined> {
  for (;;) {
    const [row] = await postgres.query('select problem, taken_by, next_look_at from packtrain.watches');
    const isSeen = row?.taken_by === null && (row.next_look_at as Date) > depot.now();
    if (isSeen) return (row?.problem as { code: string } | null)?.code;
    await sleep(20);
  }
}
