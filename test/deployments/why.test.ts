import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
const minute = 60_000;

const root = (pack: string) => ({ root: `packs/${pack}/` });
const deploy = (ref?: string, more: Partial<DeployIntent> = {}): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs: ['beans'] },
  ...(ref === undefined ? {} : { ref }),
  ...more,
});

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, config: 'admins: [ann]\n', dueEveryMs: 100 });
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  for (const branch of ['feature/x', 'feature/y'])
    await depot.repository.commit(packFiles('beans', { ...root('beans'), says: branch }), {
      branch,
      from: 'refs/heads/main',
    });
});
afterAll(async () => {
  await depot.close();
});

async function accepted(intent: Intent, as: string): Promise<number> {
  const asked = await depot.askInChat(intent, as);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  return asked.value.deployment;
}

async function done(intent: Intent, as: string) {
  return await depot.ended(await accepted(intent, as));
}

async function block(pack = 'beans') {
  const why = await depot.deployments.why(pack);
  if (!why.ok) throw new Error(JSON.stringify(why.refusal));
  return why.value.block;
}

it('says nothing that was true of no moment while a deployment goes live', async () => {
  await done(deploy('main'), 'jjm');
  const said = new Set<string>();
  for (const intent of [
    deploy('feature/x'),
    { kind: 'return', pack: 'beans' } as const,
    deploy('feature/y'),
  ]) {
    const id = await accepted(intent, 'jjm');
    const end = depot.ended(id);
    let isOpen = true;
    void end.then(() => {
      isOpen = false;
    });
    while (isOpen) said.add((await block())?.what ?? '');
    expect(await end).toMatchObject({ status: 'succeeded' });
  }
  await done({ kind: 'return', pack: 'beans' }, 'jjm');
  expect([...said].filter((what) => !/^$|borrowed for|under way/.test(what))).toEqual([]);
});

/** What makes each state, what `why` says of it, who owns it, and what clears it. Each goes on from the one before. */
interface State {
  readonly name: string;
  readonly make: () => Promise<unknown>;
  readonly says: RegExp;
  readonly owner: string;
  readonly command: RegExp;
}

let calledFor = 0;

const states: readonly State[] = [
  {
    name: 'something newer that nobody has deployed',
    make: () => depot.repository.commit(packFiles('beans', { ...root('beans'), says: 'newer' })),
    says: /Nobody has deployed/,
    owner: 'anybody',
    command: /^pack deploy Kitchen beans$/,
  },
  {
    name: 'a borrow',
    make: () => done(deploy('feature/x'), 'jjm'),
    says: /borrowed for feature\/x/,
    owner: 'jjm',
    command: /^pack return beans$/,
  },
  {
    name: 'a borrow whose repository is not in the config, which no command mends',
    make: () => depot.reconfigure({ repository: 'Pantry' }),
    says: /borrowed for feature\/x\. It goes back once its repository Kitchen, .* is there again\.$/,
    owner: '',
    command: /^$/,
  },
  {
    name: 'a lock, also while it is borrowed',
    make: async () => {
      await depot.reconfigure({});
      await depot.askInChat(
        { kind: 'lock', scope: { kind: 'repository', repository: 'Kitchen' }, because: 'migration' },
        'bob',
      );
    },
    says: /locked, because migration/,
    owner: 'bob',
    command: /^pack unlock repository Kitchen$/,
  },
  {
    name: 'a return that does not work',
    make: async () => {
      await depot.askInChat({ kind: 'unlock', scope: { kind: 'repository', repository: 'Kitchen' } }, 'bob');
      await rename(depot.repository.url, `${depot.repository.url}.away`);
      depot.passTime(61 * minute);
      await expect.poll(async () => (await block())?.what).toMatch(/does not work/);
    },
    says: /borrowed for feature\/x, and its return does not work: /,
    owner: 'jjm',
    command: /^pack return beans now$/,
  },
  {
    name: 'a turn that waits for its phrase',
    make: async () => {
      await rename(`${depot.repository.url}.away`, depot.repository.url);
      calledFor = await accepted(deploy('feature/y'), 'bob');
      await expect
        .poll(async () => (await depot.deployments.get(calledFor))?.deployment.status)
        .toBe('waiting');
      await done({ kind: 'return', pack: 'beans' }, 'jjm');
      await expect.poll(async () => (await depot.deployments.calls()).length).toBe(1);
    },
    says: /waits for its requester to say the phrase/,
    owner: 'bob',
    command: /^pack confirm \d+$/,
  },
  {
    name: 'nothing, when what is newest of the pack is live, though newer commits changed others',
    make: async () => {
      await depot.askInChat({ kind: 'cancel', deployment: calledFor }, 'bob');
      await depot.ended(calledFor);
      await depot.repository.commit(packFiles('ears', { ...root('ears'), says: 'newer' }));
    },
    says: /^$/,
    owner: '',
    command: /^$/,
  },
  {
    name: 'a newest revision that is no valid pack',
    make: () => depot.repository.commit({ 'packs/beans/pack.yaml': 'ref: beans\nversion: [' }),
    says: /beans/,
    owner: 'ann',
    command: /^pack deploy Kitchen beans$/,
  },
  {
    name: 'a newest deployment that was refused, once the pack is mended',
    make: async () => {
      await done(deploy('main'), 'jjm');
      await depot.repository.commit(packFiles('beans', { ...root('beans'), says: 'mended' }));
    },
    says: /Deployment #\d+ did not bring it: /,
    owner: 'jjm',
    command: /^pack deploy Kitchen beans$/,
  },
  {
    name: 'a hold after a rollback',
    make: async () => {
      await done(deploy('main'), 'jjm');
      expect(await done({ kind: 'rollback', pack: 'beans' }, 'bob')).toMatchObject({ status: 'succeeded' });
    },
    says: /main@[0-9a-f]{7} was rolled back from/,
    owner: 'bob',
    command: /^pack deploy Kitchen beans$/,
  },
  {
    name: 'a pack that is gone from the default branch',
    make: () => depot.repository.commit({ 'packs/beans': null }),
    says: /Kitchen no longer has it on main/,
    owner: '',
    command: /^pack history beans$/,
  },
  {
    name: 'a remote that does not answer',
    make: () => rename(depot.repository.url, `${depot.repository.url}.away`),
    says: /Kitchen/,
    owner: '',
    command: /^pack deploy Kitchen beans$/,
  },
  {
    name: 'a repository that is not in the config',
    make: () => depot.reconfigure({ repository: 'Pantry' }),
    says: /It can be deployed once its repository Kitchen, .* is there again\.$/,
    owner: '',
    command: /^$/,
  },
];

describe('why a pack is as it is', () => {
  it.each(states)('names the one thing that blocks: $name', async ({ make, says, owner, command }) => {
    await make();
    const found = (await block()) ?? { what: '', owner: '', command: '' };
    expect(found.what).toMatch(says);
    expect(found.owner).toBe(owner);
    expect(found.command).toMatch(command);
  });

  it('knows no pack of another name', async () => {
    expect(await depot.deployments.why('bean')).toMatchObject({
      refusal: { code: 'pack-not-live', params: { near: ['beans'] } },
    });
  });
});
