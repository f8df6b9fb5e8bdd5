import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeployIntent } from '../../src/core/intent.js';
import type { Target } from '../../src/core/target.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
let gates = new Map<string, Promise<void>>();
const running = new Map<string, number>();
let mostAtOnce = 0;

/** Holds a pack's activation until the test lets it go, and counts how many run at once. */
function gated(target: Target): Target {
  return {
    ...target,
    async activate(activation) {
      const { pack } = activation.release;
      running.set(pack, (running.get(pack) ?? 0) + 1);
      mostAtOnce = Math.max(mostAtOnce, running.get(pack) ?? 0);
      await gates.get(pack);
      const done = await target.activate(activation);
      running.set(pack, (running.get(pack) ?? 0) - 1);
      return done;
    },
  };
}

function hold(pack: string): () => void {
  let open: () => void = () => undefined;
  gates.set(
    pack,
    new Promise((resolve) => {
      open = resolve;
    }),
  );
  return open;
}

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url, wrapTarget: gated });
});
afterAll(async () => {
  await depot.close();
});
beforeEach(() => {
  gates = new Map();
});

const deploy = (...packs: string[]): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs },
});

async function change(says: string): Promise<void> {
  for (const pack of ['beans', 'ears', 'weather'])
    await depot.repository.commit(packFiles(pack, { root: `packs/${pack}/`, says }));
}

async function begin(intent: DeployIntent, as: string): Promise<number> {
  const accepted = await depot.ask(intent, as);
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
  return accepted.value.deployment;
}

async function until(id: number, status: string): Promise<void> {
  await expect.poll(async () => (await depot.deployments.get(id))?.deployment.status).toBe(status);
}

describe('two who want the same pack', () => {
  it('wait for each other, and the second sees who is ahead', async () => {
    await change('one');
    const open = hold('beans');
    const first = await begin(deploy('beans'), 'ann');
    await until(first, 'running');
    const second = await begin(deploy('beans', 'ears'), 'bob');
    await until(second, 'waiting');
    const third = await begin(deploy('weather'), 'jjm');

    expect((await depot.ended(third)).status).toBe('succeeded');
    expect(await depot.deployments.get(second)).toMatchObject({
      ahead: [first],
      deployment: { waitingFor: 'turn' },
    });
    expect((await depot.deployments.queue('beans')).map((v) => v.deployment.id)).toEqual([first, second]);

    open();
    expect((await depot.ended(first)).status).toBe('succeeded');
    expect((await depot.ended(second)).status).toBe('succeeded');
    expect(mostAtOnce).toBe(1);
  });

  it('the second takes what is newest when its turn comes', async () => {
    await change('two');
    const open = hold('beans');
    const first = await begin(deploy('beans'), 'ann');
    await until(first, 'running');
    const second = await begin(deploy('beans'), 'bob');
    await until(second, 'waiting');
    await change('three');
    open();

    expect(await depot.ended(second)).toMatchObject({ status: 'succeeded' });
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo three');
  });

  it('may be canceled while it waits, and whoever comes after has its turn', async () => {
    await change('four');
    const open = hold('beans');
    const first = await begin(deploy('beans'), 'ann');
    await until(first, 'running');
    const second = await begin(deploy('beans', 'ears'), 'bob');
    await until(second, 'waiting');
    const third = await begin(deploy('ears'), 'jjm');
    await until(third, 'waiting');

    expect(await depot.ask({ kind: 'cancel' }, 'bob')).toMatchObject({
      ok: true,
      value: { deployment: second },
    });
    expect(await depot.ended(second)).toMatchObject({ status: 'canceled', canceledBy: { name: 'bob' } });
    expect((await depot.ended(third)).status).toBe('succeeded');
    open();
    expect((await depot.ended(first)).status).toBe('succeeded');
    expect(await depot.ask({ kind: 'cancel', deployment: first })).toMatchObject({
      refusal: { code: 'already-ended' },
    });
  });

  it('is the same deployment when the same request is made twice', async () => {
    const requester = { platform: 'web', userId: 'ann', name: 'ann' };
    const request = { key: 'same', intent: deploy('beans'), requester, via: 'web' } as const;
    const [one, two] = await Promise.all([
      depot.deployments.request(request),
      depot.deployments.request(request),
    ]);
    expect(one.ok && two.ok && one.value.deployment === two.value.deployment).toBe(true);
    if (one.ok) await depot.ended(one.value.deployment);
  });

  it('goes on waiting over a restart', async () => {
    await change('five');
    const open = hold('beans');
    const first = await begin(deploy('beans'), 'ann');
    await until(first, 'running');
    const second = await begin(deploy('beans'), 'bob');
    await until(second, 'waiting');
    open();
    await depot.restart();
    expect((await depot.ended(first)).status).toBe('succeeded');
    expect((await depot.ended(second)).status).toBe('succeeded');
  });
});
