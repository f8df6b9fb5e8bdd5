import type { Config } from '../config/config.js';
import { nearest } from '../core/near.js';
import { refuse } from '../core/reason.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import type { Target } from '../core/target.js';
import type { DeploymentDeps } from './deps.js';

/** A configured repository; its name is taken with any capitals, as people write it in chat. */
export function repositoryNamed(config: Config, name: string): Result<Repository> {
  const exact = config.repositories.get(name);
  if (exact !== undefined) return ok(exact);
  const known = [...config.repositories.keys()];
  const alike = known.filter((other) => other.toLowerCase() === name.toLowerCase());
  const only = alike.length === 1 ? config.repositories.get(alike[0] ?? '') : undefined;
  if (only !== undefined) return ok(only);
  return refused(refuse('unknown-repository', { repository: name, near: nearest(name, known), known }));
}

/** A configured target. */
export function targetNamed(deps: DeploymentDeps, name: string): Result<Target> {
  const target = deps.targetNamed(name);
  if (target !== undefined) return ok(target);
  return refused(refuse('unknown-target', { target: name, known: [...deps.config().targets.keys()] }));
}
