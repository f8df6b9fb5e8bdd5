import type { Kysely } from 'kysely';
import { isPerPack, verdictOf } from '../../checks/verdict.js';
import type { CheckFact, Verdict } from '../../core/check.js';
import type { GateAnswer } from '../../core/gate.js';
import type { PackPlan } from '../../core/plan.js';
import type { ChecksRule } from '../../core/repository.js';
import { factsOf } from '../../store/check-facts.js';
import type { Database } from '../../store/tables.js';
import type { DeploymentDeps } from '../deps.js';

/** A pack with what our rule says of it. */
export interface PackVerdict {
  readonly pack: string;
  readonly verdict: Verdict;
}

/** The rule that a repository's revisions have to pass; undefined when there is none. */
export function rulesOf(
  { config }: Pick<DeploymentDeps, 'config'>,
  repository: string,
): ChecksRule | undefined {
  return config().repositories.get(repository)?.autoDeployment?.checks;
}

/** Judges packs at a commit by what is known now. */
export async function judge(
  db: Kysely<Database>,
  rule: ChecksRule,
  at: { repository: string; sha: string; packs: readonly (Pick<PackPlan, 'pack' | 'removes'> | string)[] },
): Promise<readonly PackVerdict[]> {
  const facts = await factsOf(db, at.repository, at.sha);
  return at.packs.map((one) => {
    const { pack, removes = false } = typeof one === 'string' ? { pack: one } : one;
    // CI has nothing to say of a pack that is not there any more.
    const required = removes ? rule.required.filter((pattern) => !isPerPack(pattern)) : rule.required;
    const isFree = required.length === 0 && rule.required.length > 0;
    return { pack, verdict: isFree ? pass : verdictOf({ ...rule, required }, facts, pack) };
  });
}

const pass: Verdict = { kind: 'pass' };

/** The one answer for several packs: the worst. */
export function answerOf(verdicts: readonly PackVerdict[]): GateAnswer {
  if (verdicts.some(({ verdict }) => verdict.kind === 'block')) return 'block';
  return verdicts.some(({ verdict }) => verdict.kind === 'wait') ? 'wait' : 'pass';
}

/** The checks that have failed, each once. */
export function failedOf(verdicts: readonly PackVerdict[]): readonly CheckFact[] {
  const failed = verdicts.flatMap(({ verdict }) => (verdict.kind === 'block' ? verdict.failed : []));
  return [...new Map(failed.map((fact) => [fact.name, fact])).values()];
}
