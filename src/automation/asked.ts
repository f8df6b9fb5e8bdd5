import type { Config } from '../config/config.js';
import type { LookedAt, SaidPush } from '../core/push.js';
import { ok, type Result } from '../core/result.js';
import { repositoryNamed } from '../deployments/lookup.js';
import type { Automation } from './automation.js';

/** Has a branch looked at because a program asks for it. Refused when no repository has that name. */
export async function lookBecauseAsked(
  { noteMoved }: Pick<Automation, 'noteMoved'>,
  config: Config,
  { repository: name, branch }: SaidPush,
): Promise<Result<LookedAt>> {
  const named = repositoryNamed(config, name);
  if (!named.ok) return named;
  const repository = named.value.name;
  return ok({ repository, outcome: await noteMoved({ repository, branch, source: 'asked' }) });
}
