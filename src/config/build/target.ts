import type { DriftConfig, StackstormTargetConfig, TargetConfig } from '../config.js';
import { resolvePath } from '../paths.js';
import type { TargetEntry } from '../schema/target.js';
import { given } from './given.js';
import { buildSecret } from './repository.js';

/** Where a StackStorm server reads packs unless it was told otherwise. */
export const usualPacksPath = '/opt/stackstorm/packs';

/** A target as it was read, with its defaults and absolute paths. */
export function buildTarget(name: string, entry: TargetEntry, folder: string): TargetConfig {
  if (entry.kind === 'directory')
    return { kind: entry.kind, name, path: resolvePath(folder, entry.path), drift: buildDrift(entry.drift) };
  return buildStackstorm(name, entry, folder);
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

const usualDriftMs = 3_600_000;

function buildDrift(entry: TargetEntry['drift']): DriftConfig {
  if (entry === false) return { ignore: [] };
  const { every = usualDriftMs, channel, ignore = [] } = entry ?? {};
  return given({ everyMs: every, channel, ignore });
}

function buildStackstorm(
  name: string,
  entry: Extract<TargetEntry, { kind: 'stackstorm' }>,
  folder: string,
): StackstormTargetConfig {
  const { time_limits: limits, drain } = entry;
  // The checks have refused an entry that has neither or both.
  const key = entry.api_key ?? entry.token ?? { env: '' };
  return given({
    kind: entry.kind,
    name,
    path: resolvePath(folder, entry.packs_path ?? usualPacksPath),
    url: entry.url,
    key: buildSecret(key, folder),
    keyKind: entry.api_key === undefined ? ('token' as const) : ('api-key' as const),
    virtualenvs: entry.virtualenvs ?? ('auto' as const),
    verify: entry.verify ?? ('fields' as const),
    chatops: entry.chatops ?? false,
    drift: buildDrift(entry.drift),
    drain: drain && { waitMs: drain.wait, otherwise: drain.otherwise ?? ('give-up' as const) },
    requestMs: limits?.request ?? 30 * secondMs,
    registerMs: limits?.register ?? 5 * minuteMs,
    virtualenvMs: limits?.virtualenv ?? 15 * minuteMs,
    caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
  });
}
