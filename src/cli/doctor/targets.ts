import type { TargetConfig } from '../../config/config.js';
import type { CliParts } from '../parts.js';
import { bad, type Finding, well } from './finding.js';

/** Asks each target what is wrong with it. */
export async function checkTargets(
  targets: readonly TargetConfig[],
  parts: Pick<CliParts, 'openTarget'>,
): Promise<readonly Finding[]> {
  return (await Promise.all(targets.map((target) => checkTarget(target, parts)))).flat();
}

async function checkTarget(
  config: TargetConfig,
  { openTarget }: Pick<CliParts, 'openTarget'>,
): Promise<readonly Finding[]> {
  const name = `target ${config.name}`;
  const problems = await openTarget(config).check();
  if (problems.length === 0) return [well(name, `${config.kind} ${config.path}`)];
  return problems.map(({ what, next }) => bad(name, what, next));
}
