import type { PackStatus, StepName } from '../../core/deployment.js';
import { outcomeChange } from '../../store/deployments.js';
import { appendProgress, type NewEvent } from '../../store/events.js';
import type { Kept } from '../queue.js';
import { type Run, stepKey } from '../run.js';

/** A step of a pack that is done, and what comes next. */
export interface Progress {
  readonly pack: string;
  readonly done?: StepName;
  readonly next?: StepName;
  readonly status: PackStatus;
}

/** What keeps how far a pack is: the end of one step and the beginning of the next are one write. */
export function progressOf(run: Run, progress: Progress): Kept {
  const { pack, done, next, status } = progress;
  const at = run.deps.clock.now();
  const event = (step: StepName, state: 'started' | 'done'): NewEvent => ({
    deployment: run.id,
    key: `${stepKey(step, pack)}:${state}`,
    at,
    event: { kind: 'step', step, pack, state },
  });
  const events = [
    ...(done === undefined ? [] : [event(done, 'done')]),
    ...(next === undefined ? [] : [event(next, 'started')]),
  ];
  const ended: NewEvent[] =
    status === 'live' || status === 'removed'
      ? [{ deployment: run.id, key: `live:${pack}`, at, event: { kind: 'pack', pack, status } }]
      : [];
  const step = next ?? done;
  const outcome = { pack, status, ...(step === undefined ? {} : { step }) };
  return { events: [...events, ...ended], changes: [outcomeChange(run.deps.db, run.id, outcome)] };
}

/**
 * Keeps how far a deployment is. It comes to the disk with what is written next, which is its end or that the engine
 * remembers a step.
 */
export async function keepProgress({ deps }: Run, { events, changes }: Kept): Promise<void> {
  if (events.length > 0) await appendProgress(deps.db, events, changes);
}

/**
 * Keeps how far a pack is, in order, without holding it up. What comes while something is being written is written
 * together after it: the changes of the newest, which say where the pack stands, with all events.
 */
export class Diary {
  readonly #db: Run['deps']['db'];
  #waiting: Kept[] = [];
  #written: Promise<void> = Promise.resolve();

  constructor({ deps }: Run) {
    this.#db = deps.db;
  }

  /** Writes as soon as what came before is written. */
  note(kept: Kept): void {
    this.#waiting.push(kept);
    this.#written = this.#written.then(() => this.#write());
    // Whoever waits for it hears of it.
    this.#written.catch(() => undefined);
  }

  /** Waits until all is written; throws what could not be. */
  async written(): Promise<void> {
    await this.#written;
  }

  async #write(): Promise<void> {
    const notes = this.#waiting.splice(0);
    const newest = notes.at(-1);
    if (newest === undefined) return;
    const events = notes.flatMap((note) => note.events);
    await appendProgress(this.#db, events, newest.changes);
  }
}
