import type { CheckFact } from '../../core/check.js';
import type { AskGate } from '../../core/gate.js';
import { ownStatusName } from '../../core/host.js';
import type { ChecksRule } from '../../core/repository.js';
import { keepFacts } from '../../store/check-facts.js';
import { waitersFor, wantAsk } from '../../store/check-waits.js';
import { announce } from '../../store/events.js';
import type { DeploymentDeps } from '../deps.js';
import type { DeploymentEngine } from '../engine.js';
import type { Asker } from './asker.js';
import { answerOf, judge, rulesOf } from './judge.js';

/** What is known of checks, for those who hear of them and those who want to know. */
export interface Checks {
  /** Keeps what CI says of commits, and wakes the deployments that wait for it. */
  recordFacts(repository: string, facts: readonly CheckFact[]): Promise<void>;
  /** Has the host asked about a commit soon: CI has news of it. */
  askFacts(repository: string, sha: string): Promise<void>;
}

/** What keeping facts takes. */
export interface ChecksDeps extends DeploymentDeps {
  readonly engine: Pick<DeploymentEngine, 'ring'>;
  readonly asker: Asker;
  /** Has what is due looked for at once. */
  readonly poke: () => void;
}

/** Makes what others tell and ask. */
export function createChecks(deps: ChecksDeps): Checks {
  return {
    recordFacts: (repository, facts) => recordFacts(deps, repository, facts),
    async askFacts(repository, sha) {
      if (rulesOf(deps, repository) === undefined) return;
      await wantAsk(deps.db, { repository, sha }, deps.clock.now());
      deps.poke();
    },
  };
}

/** Keeps facts, and wakes who waits for them. Nothing is kept of repositories without a rule. */
export async function recordFacts(
  deps: Omit<ChecksDeps, 'asker' | 'poke'>,
  repository: string,
  facts: readonly CheckFact[],
): Promise<void> {
  if (rulesOf(deps, repository) === undefined) return;
  // What was said on the commit by Packtrain itself comes back like a check.
  const told = facts.filter((fact) => fact.name !== ownStatusName);
  const changed = await keepFacts(deps.db, repository, told);
  const waiting = await waitersFor(deps.db, repository, changed);
  await announce(deps.db, waiting);
  for (const deployment of waiting) await deps.engine.ring(deployment);
}

/**
 * Makes the gate for what goes live by itself. What is not known yet is asked, once in a while: a branch's newest commits
 * may be asked about one after the other.
 */
export function createGate(deps: DeploymentDeps, asker: Asker): AskGate {
  const askedAt = new Map<string, number>();

  async function refresh(repository: string, sha: string): Promise<boolean> {
    const now = deps.clock.now().getTime();
    const key = `${repository} ${sha}`;
    if (now - (askedAt.get(key) ?? Number.NEGATIVE_INFINITY) < askAgainMs) return false;
    askedAt.set(key, now);
    forgetOldest(askedAt);
    const facts = await asker.ask(repository, sha);
    return facts.ok && (await keepFacts(deps.db, repository, facts.value)).length > 0;
  }

  async function answer(rule: ChecksRule, at: Parameters<typeof judge>[2]) {
    return answerOf(await judge(deps.db, rule, at));
  }

  return async (repository, { sha }, packs) => {
    const rule = rulesOf(deps, repository.name);
    if (rule === undefined) return 'pass';
    const at = { repository: repository.name, sha, packs };
    const known = await answer(rule, at);
    if (known === 'pass' || !(await refresh(repository.name, sha))) return known;
    return await answer(rule, at);
  };
}

const askAgainMs = 30_000;
const mostRemembered = 1_000;

function forgetOldest(map: Map<string, number>): void {
  const oldest = map.keys().next();
  if (map.size > mostRemembered && !oldest.done) map.delete(oldest.value);
}
