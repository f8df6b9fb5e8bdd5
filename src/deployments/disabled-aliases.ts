import type { DeploymentDeps } from './deps.js';
import { targetNamed } from './lookup.js';

/** A pack on a target. */
export interface PackOn {
  readonly target: string;
  readonly pack: string;
}

/** The aliases of a pack that somebody has disabled on its target, as far as that can be told: nobody can say them. */
export async function disabledAliases(
  deps: DeploymentDeps,
  { target: name, pack }: PackOn,
): Promise<ReadonlySet<string>> {
  const target = targetNamed(deps, name);
  const found = target.ok ? await target.value.disabledAliases?.(pack) : undefined;
  return found?.ok ? found.value : new Set();
}
