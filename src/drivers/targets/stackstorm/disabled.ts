import { ok, type Result } from '../../../core/result.js';
import { choicesOf } from './choices.js';
import { readFolder } from './declared.js';
import type { Station } from './ground.js';
import { keyOf } from './kinds.js';
import { snapshotOfLive } from './snapshot.js';
import { readOfKind } from './things.js';

/** The names of a pack's aliases that somebody has disabled. */
export async function disabledAliases(station: Station, pack: string): Promise<Result<ReadonlySet<string>>> {
  const { ground, api } = station;
  const now = await readOfKind(api, 'alias', pack);
  if (!now.ok) return now;
  const { things } = await readFolder(ground.files, ground.layout.live(pack));
  const declared = [...things.values()].filter(({ word }) => word === 'alias');
  const choices = choicesOf(declared, now.value, (await snapshotOfLive(ground, pack))?.choices);
  const prefix = keyOf('alias', `${pack}.`);
  const disabled = [...choices].filter(([key, isEnabled]) => !isEnabled && key.startsWith(prefix));
  return ok(new Set(disabled.map(([key]) => key.slice(prefix.length))));
}
