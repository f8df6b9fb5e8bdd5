import type { CheckFact, Verdict } from '../core/check.js';
import { matchesName } from '../core/glob.js';
import { ownStatusName } from '../core/host.js';
import { newestOfEach } from '../core/newest-fact.js';
import type { ChecksRule } from '../core/repository.js';

const packMark = '{pack}';

/**
 * Judges what CI says of one commit, for one pack. Only the checks that the rule requires count, of each its newest run;
 * without any in the rule, all that CI tells of. A check that is named for another pack doesn't count for this one.
 * @param facts of one commit, in any order
 */
export function verdictOf(
  rule: Pick<ChecksRule, 'required' | 'allowFailures'>,
  facts: readonly CheckFact[],
  pack: string,
): Verdict {
  const ours = newestOfEach(facts).filter((f) => f.name !== ownStatusName && !isOfOtherPack(rule, f, pack));
  const required = rule.required.length === 0 ? ['*'] : rule.required.map((pattern) => named(pattern, pack));
  const allowed = rule.allowFailures.map((pattern) => named(pattern, pack));
  const counted = ours.filter((fact) => fits(required, fact) && !fits(allowed, fact));
  const failed = counted.filter((fact) => fact.state === 'failure');
  if (failed.length > 0) return { kind: 'block', failed };
  const missing = required.filter((pattern) => !ours.some((fact) => fits([pattern], fact)));
  const pending = counted.filter((fact) => fact.state === 'pending');
  return missing.length + pending.length === 0 ? { kind: 'pass' } : { kind: 'wait', missing, pending };
}

/** Whether a pattern carries the pack's name: then packs of one commit may have different verdicts. */
export function isPerPack(pattern: string): boolean {
  return pattern.includes(packMark);
}

function named(pattern: string, pack: string): string {
  return pattern.replaceAll(packMark, pack);
}

function fits(patterns: readonly string[], { name }: CheckFact): boolean {
  return patterns.some((pattern) => matchesName(pattern, name));
}

function isOfOtherPack(rule: Pick<ChecksRule, 'required'>, { name }: CheckFact, pack: string): boolean {
  return rule.required.some(
    (pattern) =>
      isPerPack(pattern) &&
      matchesName(named(pattern, '*'), name) &&
      !matchesName(named(pattern, pack), name),
  );
}
