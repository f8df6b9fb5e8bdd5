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

/** Milliseconds that a note waits for others: nobody sees how far a pack is sooner than that. */
const waitMs = 5;

/**
 * Keeps how far a pack is, in order, without holding it up. What comes within a moment, or while something is being
 * written, is written together: the changes of the newest, which say where the pack stands, with all events.
 */
export class Diary {
  readonly #run: Run;
  #waiting: Kept[] = [];
  #timer: NodeJS.Timeout | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Writes it soon. */
  note(kept: Kept): void {
    this.#waiting.push(kept);
    this.#timer ??= setTimeout(() => this.#begin(), waitMs);
  }

  /** Waits until all is written; throws what could not be. */
  async written(): Promise<void> {
    this.#begin();
    await this.#written;
  }

  /** Writes no more. @returns the end, with what has not been written before it */
  async endWith(end: Kept): Promise<Kept> {
    clearTimeout(this.#timer);
    await this.#written;
    return together([...this.#waiting.splice(0), end]);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = this.#written.then(() => keepProgress(this.#run, together(this.#waiting.splice(0))));
    // Whoever waits for it hears of it.
    this.#written.catch(() => undefined);
  }
}

function together(notes: readonly Kept[]): Kept {
  return { events: notes.flatMap((note) => note.events), changes: notes.at(-1)?.changes ?? [] };
}
