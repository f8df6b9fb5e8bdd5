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

/** Keeps how far something is, in order, without holding it up. */
export class Diary {
  readonly #db: Run['deps']['db'];
  #written: Promise<void> = Promise.resolve();

  constructor({ deps }: Run) {
    this.#db = deps.db;
  }

  /** Writes as soon as what came before is written. */
  note({ events, changes }: Kept): void {
    this.#written = this.#written.then(() => appendProgress(this.#db, events, changes));
    // Whoever waits for it hears of it.
    this.#written.catch(() => undefined);
  }

  /** Waits until all is written; throws what could not be. */
  async written(): Promise<void> {
    await this.#written;
  }
}
