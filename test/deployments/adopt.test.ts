import { chmod, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adoptCommand } from '../../src/chat/commands/adopt.js';
import type { Asking } from '../../src/chat/commands/command.js';
import { renderAdoptable } from '../../src/chat/render/adoptable.js';
import type { DeployIntent } from '../../src/core/intent.js';
import type { Result } from '../../src/core/result.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import type { FixtureFiles } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { mustBeOk, outcome } from '../targets/fixture.js';
import { type StackstormBed, stackstormBed } from '../targets/stackstorm-bed.js';

const postgres = withPostgres();
let bed: StackstormBed;
let depot: Depot;
let first: string;

/** Puts a pack on the server as `st2 pack install` does: with its clone, all of it executable, and registered. */
async function install(pack: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const clone = { '.git/HEAD': 'ref: main\n', 'actions/__pycache__/a.pyc': 'x' };
  const files: FixtureFiles = { ...packFiles(pack), ...more, ...clone };
  for (const [path, file] of Object.entries(files)) {
    const at = join(bed.folder.path, pack, path);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(
      at,
      file !== null && typeof file === 'object' && 'content' in file ? file.content : (file ?? ''),
    );
    await chmod(at, 0o775);
  }
  await bed.stack.api('POST', '/packs/register', { packs: [pack], types: ['all'], fail_on_failure: true });
}

beforeAll(async () => {
  bed = await stackstormBed();
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans', 'ears', 'weather'],
    wrapTarget: () => bed.target,
    config: 'admins: [ann]',
  });
  first = await depot.repository.sha('main');
  for (const pack of ['beans', 'weather', 'tea']) await install(pack);
  await install('ears', { 'actions/mine.yaml': 'name: mine\nrunner_type: noop\n' });
  await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', version: '2.0.0' }));
  bed.stack.forget();
});
afterAll(async () => {
  await depot?.close();
  await bed?.remove();
});

function adopt(packs: string): Promise<Result<DeployIntent>> {
  const asking = { deployments: depot.deployments } as Asking;
  return adoptCommand.intent({ packs }, asking) as Promise<Result<DeployIntent>>;
}

describe('packs that were installed without Packtrain', () => {
  it('are found, each with the commit that it is, or what differs from the nearest', async () => {
    const found = mustBeOk(await depot.deployments.adoptable());
    const head = { ref: 'main', sha: await depot.repository.sha('main') };
    expect(found).toEqual([
      {
        ...{ target: 'default', pack: 'beans', what: 'a folder', version: '1.0.0' },
        match: { repository: 'Kitchen', revision: { ref: 'main', sha: first } },
      },
      {
        ...{ target: 'default', pack: 'ears', what: 'a folder', version: '1.0.0' },
        nearest: {
          ...{ repository: 'Kitchen', revision: head },
          differs: [{ path: 'actions/mine.yaml', how: 'added' }],
        },
      },
      { target: 'default', pack: 'tea', what: 'a folder', version: '1.0.0' },
      {
        ...{ target: 'default', pack: 'weather', what: 'a folder', version: '1.0.0' },
        match: { repository: 'Kitchen', revision: head },
      },
    ]);
    expect(renderAdoptable(found).replace(/@\w{7}/g, '')).toBe(
      [
        '4 packs on *default* were not put there by Packtrain:',
        '• *beans* 1.0.0 (a folder): *Kitchen* at `main`, to the letter; `pack adopt beans` takes it over',
        '• *weather* 1.0.0 (a folder): *Kitchen* at `main`, to the letter; `pack adopt weather` takes it over',
        '• *ears* 1.0.0 (a folder): nearest to *Kitchen* at `main`, but for `actions/mine.yaml` added',
        '• *tea* 1.0.0 (a folder): no configured repository has it',
      ].join('\n'),
    );
  });

  it('are taken over by admins, just as they are, without registering them again', async () => {
    const intent = mustBeOk(await adopt('beans'));
    expect(outcome(await depot.ask(intent, 'bob'))).toBe('access-denied');
    const before = bed.stack.state.snapshot('beans');
    const done = await depot.askAndWait(intent);
    expect(done).toMatchObject({ status: 'succeeded', packs: [{ pack: 'beans', status: 'live' }] });
    expect(done.plan?.packs[0]?.diff.content).toEqual([]);
    expect(await readlink(join(bed.folder.path, 'beans'))).toMatch(/^\.packtrain\/releases\/beans\//);
    expect(await readdir(join(bed.folder.path, '.packtrain/adopted'))).toHaveLength(1);
    expect(bed.stack.state.snapshot('beans')).toEqual(before);
    expect(bed.stack.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    const [live] = await depot.deployments.live('beans');
    expect(live?.live).toMatchObject({ repository: 'Kitchen', revision: { ref: 'main', sha: first } });
    expect(await depot.deployments.borrows()).toEqual([]);
    expect(mustBeOk(await depot.deployments.adoptable()).map(({ pack }) => pack)).not.toContain('beans');
  });

  it('are deployed as ever from then on', async () => {
    const packs = { kind: 'named', packs: ['beans'] } as const;
    const next = await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs });
    expect(next).toMatchObject({ status: 'succeeded' });
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('2.0.0');
  });

  it('are left as they are when they are no commit, and it is said in what they differ', async () => {
    expect(await adopt('ears')).toMatchObject({
      refusal: { code: 'adopt-no-match', params: { files: [{ path: 'actions/mine.yaml', how: 'added' }] } },
    });
    expect(outcome(await adopt('tea'))).toBe('adopt-no-match');
    expect(await adopt('wether')).toMatchObject({ refusal: { params: { near: ['weather'] } } });
  });

  it('are left as they are when somebody edits them meanwhile', async () => {
    const intent = mustBeOk(await adopt('*'));
    expect(intent.packs).toEqual({ kind: 'named', packs: ['weather'] });
    await writeFile(join(bed.folder.path, 'weather/notes.txt'), 'rain');
    const late = await depot.askAndWait(intent);
    expect(late.packs).toMatchObject([{ pack: 'weather', refusal: { code: 'adopt-differs' } }]);
    expect(await readdir(join(bed.folder.path, 'weather'))).toContain('notes.txt');
  });
});
