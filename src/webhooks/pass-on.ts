import type { CheckFact } from '../core/check.js';
import type { PushedCode } from '../core/pusher.js';
import type { PushedCommit } from '../store/pushers.js';
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
  /** Who pushed which commits. */
  readonly pushed: readonly PushedCommit[];
  readonly codes: readonly PushedCode[];
}

interface Gathering {
  readonly hints: Map<string, MovedHint>;
  readonly facts: CheckFact[];
  readonly asks: Set<string>;
  readonly pushed: PushedCommit[];
  readonly codes: PushedCode[];
}

/** Puts the messages about each repository together. Pure. */
export function gather(messages: readonly Message[]): ReadonlyMap<string, Gathered> {
  const all = new Map<string, Gathering>();
  for (const message of messages) {
    const name = repositoryOf(message);
    const one = all.get(name) ?? nothing();
    all.set(name, one);
    if (message.kind === 'moved') one.hints.set(message.hint.branch, message.hint);
    else if (message.kind === 'pushed') one.pushed.push(message.pushed);
    else if (message.kind === 'code') one.codes.push(message.pushed);
    else if (message.kind === 'facts') one.facts.push(...message.facts);
    else one.asks.add(message.sha);
  }
  return all;
}

function nothing(): Gathering {
  return { hints: new Map(), facts: [], asks: new Set(), pushed: [], codes: [] };
}

function repositoryOf(message: Message): string {
  if (message.kind === 'moved') return message.hint.repository;
  return message.kind === 'pushed' ? message.pushed.repository : message.repository;
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

async function tell(repository: string, gathered: Gathered, deps: HookDeps): Promise<void> {
  const { hints, facts, asks, pushed, codes } = gathered;
  // Who pushed is known before what they pushed is seen.
  for (const one of pushed) await deps.notePushed(one);
  for (const one of codes) await deps.noteCode(one);
  // Facts first: whoever looks at what moved then sees them.
  if (facts.length > 0) await deps.recordFacts(repository, facts);
  for (const sha of asks) await deps.askFacts(repository, sha);
  for (const hint of hints.values()) await deps.noteMoved(hint);
}
