import { join } from 'node:path';
import { z } from 'zod';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import { LockBusyError, withLock } from '../directory/lock.js';
import { describeOwner } from '../directory/owner.js';
import type { Api } from './api.js';
import type { PackOnDisk } from './declared.js';
import type { Station } from './ground.js';

/** The version of a pack that is registered; null when it is not. */
export async function readVersion(api: Api, pack: string): Promise<Result<string | null>> {
  const schema = z.looseObject({ version: z.string() });
  const found = await api.read('GET', `/packs/${pack}`, { schema });
  if (found.ok) return ok(found.value.version);
  return found.refusal.code === 'st2-knows-not' ? ok(null) : found;
}

const order = ['trigger', 'sensor', 'action', 'rule', 'alias', 'policy'];

/** Makes StackStorm load a pack's files, of exactly the types that there are. One at a time on a server. */
export async function registerPack(
  station: Station,
  pack: string,
  onDisk: PackOnDisk,
): Promise<Result<void>> {
  const { api, settings, ground } = station;
  const types = order.filter((type) => onDisk.types.some((word) => word === type));
  // A pack without content is registered too, by whichever type.
  const body = { packs: [pack], types: types.length === 0 ? ['action'] : types, fail_on_failure: true };
  const done = await oneAtATime(station, () =>
    api.call('POST', '/packs/register', { body, limitMs: settings.registerMs }),
  );
  if (done.ok) return ok(undefined);
  if (done.refusal.code !== 'st2-refused') return done;
  return refused(
    refuse('st2-not-registered', { target: ground.target, pack, detail: done.refusal.params.detail }),
  );
}

async function oneAtATime<T>(
  { ground, settings }: Station,
  body: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const { files, layout, target } = ground;
  const path = join(layout.locks, 'stackstorm~register');
  try {
    // Several tries of a registration may come before this one.
    return await withLock({ files, path, patienceMs: settings.registerMs * 4 }, body);
  } catch (error) {
    if (!(error instanceof LockBusyError)) throw error;
    return refused(
      refuse('target-busy', { target, pack: 'Registering', holder: describeOwner(error.holder) }),
    );
  }
}
