import type { CheckFact, CheckState } from './check.js';

// Hosts tell times by the second: of two states at the same time the one that CI comes to later counts, the bad one last.
const ranks: Readonly<Record<CheckState, number>> = { pending: 0, neutral: 1, success: 2, failure: 3 };

/** Whether a fact takes the place of another of the same commit and name; it doesn't matter which of them came first. */
export function isNewer(fact: Order, other: Order): boolean {
  return compare(fact, other) > 0;
}

/** The newest fact of each name, in the order of their names. */
export function newestOfEach(facts: readonly CheckFact[]): readonly CheckFact[] {
  const newest = new Map<string, CheckFact>();
  for (const fact of facts) {
    const known = newest.get(fact.name);
    if (known === undefined || isNewer(fact, known)) newest.set(fact.name, fact);
  }
  return [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Order = Pick<CheckFact, 'run' | 'at' | 'state'>;

function compare(a: Order, b: Order): number {
  return (a.run ?? -1) - (b.run ?? -1) || a.at.getTime() - b.at.getTime() || ranks[a.state] - ranks[b.state];
}
