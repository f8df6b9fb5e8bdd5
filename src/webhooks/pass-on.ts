import type { CheckFact } from '../core/check.js';
import type { HookDeps, MovedHint } from './deps.js';
import type { Message } from './judge.js';

/** What is passed on about one repository: of many messages, the least that says the same. */
export interface Gathered {
  /** By their branches, the last hint of each. */
  readonly hints: ReadonlyMap<string, MovedHint>;
  /** In the order in which they came. */
  readonly facts: readonly CheckFact[];
  /** Commits of which the host is asked. */
  readonly asks: ReadonlySet<string>;
}

interface Gathering {
  readonly hints: Map<string, MovedHint>;
  readonly facts: CheckFact[];
  readonly asks: Set<string>;
}

/** Puts the messages about each repository together. Pure. */
export function gather(messages: readonly Message[]): ReadonlyMap<string, Gathered> {
  const all = new Map<string, Gathering>();
  for (const message of messages) {
    const name = message.kind === 'moved' ? message.hint.repository : message.repository;
    const one: Gathering = all.get(name) ?? { hints: new Map(), facts: [], asks: new Set() };
    all.set(name, one);
    if (message.kind === 'moved') one.hints.set(message.hint.branch, message.hint);
    else if (message.kind === 'facts') one.facts.push(...message.facts);
    else one.asks.add(message.sha);
  }
  return all;
}

/**
 * Passes messages on, one repository after the other; what fails for one holds up no other.
 * @returns what went wrong, by repository
 */
export async function passOn(
  messages: readonly Message[],
  deps: HookDeps,
): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>();
  for (const [repository, gathered] of gather(messages))
    await tell(repository, gathered, deps).catch((error: unknown) => failures.set(repository, error));
  return failures;
}

async function tell(repository: string, { hints, facts, asks }: Gathered, deps: HookDeps): Promise<void> {
  // Facts first: whoever looks at what moved then sees them.
  if (facts.length > 0) await deps.recordFacts(repository, facts);
  for (const sha of asks) await deps.askFacts(repository, sha);
  for (const hint of hints.values()) await deps.noteMoved(hint);
}
