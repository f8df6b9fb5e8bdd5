import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuse } from '../../src/core/reason.js';
import { ok, refused } from '../../src/core/result.js';
import type { Target } from '../../src/core/target.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
/** What goes wrong with the pack named, at the step named. */
let trouble: {
  pack: string;
  step: 'activate' | 'register' | 'verify' | 'restore';
  how: 'refuse' | 'throw';
  /** How often; always unless given. */
  times?: number;
}[] = [];
let attempts = 0;

function troubled(target: Target): Target {
  const meet = (pack: string, step: string) => {
    const found = trouble.find((t) => t.pack === pack && t.step === step);
    if (found === undefined || found.times === 0) return undefined;
    attempts += 1;
    if (found.times !== undefined) found.times -= 1;
    if (found.how === 'throw') throw new Error('the disk is on fire');
    return refused<void>(refuse('pack-invalid', { pack, problems: ['it is on fire'] }));
  };
  return {
    ...target,
    activate: async (activation) => {
      // The worst moment: it went live, and then the step broke.
      const done = await target.activate(activation);
      return meet(activation.release.pack, 'activate') ?? done;
    },
    register: async (release) => meet(release.pack, 'register') ?? ok(undefined),
    verify: async (release) => meet(release.pack, 'verify') ?? (await target.verify(release)),
    restore: async (release, previous) =>
      meet(release.pack, 'restore') ?? (await target.restore(release, previous)),
  };
}

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, wrapTarget: troubled, retryMs: 5 });
});
afterAll(async () => {
  await depot.close();
});

const all = { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'differing' } } as const;

async function change(says: string): Promise<void> {
  for (const pack of ['beans', 'ears'])
    await depot.repository.commit(packFiles(pack, { root: `packs/${pack}/`, says }));
}

describe('a deployment that fails after activation', () => {
  it('puts the release before back, and the other packs stay live', async () => {
    await depot.askAndWait(all);
    await change('one');
    trouble = [{ pack: 'beans', step: 'register', how: 'refuse' }];

    const deployment = await depot.askAndWait(all);

    expect(deployment.status).toBe('failed');
    expect(deployment.packs).toMatchObject([
      { pack: 'beans', status: 'restored', step: 'register', refusal: { code: 'pack-invalid' } },
      { pack: 'ears', status: 'live' },
      { pack: 'weather', status: 'unchanged' },
    ]);
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo hello');
    expect(await depot.read('ears', 'actions/cook.sh')).toContain('echo one');
  });

  it('tries a step that breaks several times, then restores and calls it errored', async () => {
    attempts = 0;
    trouble = [{ pack: 'beans', step: 'activate', how: 'throw' }];

    const deployment = await depot.askAndWait(all);

    // Once on the straight way, and four times by the pack's own step.
    expect(attempts).toBe(5);
    expect(deployment.status).toBe('errored');
    expect(deployment.packs[0]).toMatchObject({
      pack: 'beans',
      status: 'restored',
      refusal: { code: 'step-failed' },
    });
    expect(JSON.stringify(deployment.packs[0]?.refusal)).toContain('the disk is on fire');
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo hello');
  });

  it('says so when the release before could not be put back', async () => {
    trouble = [
      { pack: 'beans', step: 'verify', how: 'refuse' },
      { pack: 'beans', step: 'restore', how: 'refuse' },
    ];

    const deployment = await depot.askAndWait(all);

    expect(deployment.packs[0]).toMatchObject({
      pack: 'beans',
      status: 'failed',
      refusal: { code: 'restore-failed' },
    });
  });

  it('gives its packs back, so that the next one runs', async () => {
    trouble = [];
    await change('two');
    expect(await depot.askAndWait(all)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a live release that somebody damaged', () => {
  it('is mended by deploying the same again', async () => {
    await rm(join(depot.live, 'weather', 'pack.yaml'));

    const named = { ...all, packs: { kind: 'named', packs: ['weather'] } } as const;
    const deployment = await depot.askAndWait(named);

    expect(deployment.packs).toMatchObject([{ pack: 'weather', status: 'live' }]);
    expect(await depot.read('weather', 'pack.yaml')).toContain('ref: weather');
  });

  it('goes on with what it has switched, though a kill came before any of that was noted', async () => {
    await change('unnoted');
    // The notes that wait to be written together are lost.
    await postgres.query(`create function packtrain.lose() returns trigger language plpgsql as
      $$ begin new.step := null; new.status := old.status; return new; end $$`);
    await postgres.query(`create trigger lose before update on packtrain.deployment_packs
      for each row when (new.status = 'running') execute function packtrain.lose()`);
    trouble = [{ pack: 'beans', step: 'activate', how: 'throw', times: 1 }];
    const one = {
      kind: 'deploy',
      repository: 'Kitchen',
      packs: { kind: 'named', packs: ['beans'] },
    } as const;

    const deployment = await depot.askAndWait(one);
    await postgres.query('drop trigger lose on packtrain.deployment_packs');

    expect(deployment.packs).toMatchObject([{ pack: 'beans', status: 'live' }]);
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo unnoted');
    const [live] = await postgres.query(
      `select deployment from packtrain.activations where pack = 'beans' and ended_at is null`,
    );
    expect(Number(live?.deployment)).toBe(deployment.id);
  });
});
