import type { TargetConfig } from '../../config/config.js';
import type { Target } from '../../core/target.js';
import type { CliParts } from '../parts.js';
import { bad, type Finding, well } from './finding.js';

/**
 * Asks each target what is wrong with it.
 * @param owner the id of this Packtrain, for targets that know who looks after them; undefined where it can't be told
 */
export async function checkTargets(
  targets: readonly TargetConfig[],
  parts: Pick<CliParts, 'openTarget'>,
  owner: string | undefined,
): Promise<readonly Finding[]> {
  const open = (target: TargetConfig) => parts.openTarget(target, owner);
  return (await Promise.all(targets.map((target) => checkTarget(target, open)))).flat();
}

async function checkTarget(
  config: TargetConfig,
  open: (config: TargetConfig) => Target,
): Promise<readonly Finding[]> {
  const name = `target ${config.name}`;
  const problems = await open(config).check();
  if (problems.length === 0) return [well(name, `${config.kind} ${config.path}`)];
  return problems.map(({ what, next }) => bad(name, what, next));
}
