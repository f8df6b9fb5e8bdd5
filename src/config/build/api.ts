import type { ApiConfig } from '../config.js';
import type { ApiEntry } from '../schema/api.js';
import { buildSecret } from './repository.js';

/** The keys of the HTTP API as they were read, with absolute paths. */
export function buildApi(entry: ApiEntry, folder: string): ApiConfig {
  const keys = Object.entries(entry.keys ?? {}).map(([name, { key, may, acts_for: actsFor }]) => ({
    name,
    key: buildSecret(key, folder),
    may: may ?? ('change' as const),
    actsFor: actsFor ?? [],
  }));
  return { keys: new Map(keys.map((one) => [one.name, one])) };
}
