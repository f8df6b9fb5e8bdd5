import type { Repository, Revision } from './repository.js';

/** A gate's answer: a revision may go live by itself, not yet, or not at all. */
export type GateAnswer = 'pass' | 'wait' | 'block';

/** Asks whether a revision of some packs may go live by itself. What is not known yet is `wait`. */
export type AskGate = (
  repository: Repository,
  revision: Revision,
  packs: readonly string[],
) => Promise<GateAnswer>;
