import type { Log } from '../core/log.js';
import type { Changes } from './changes.js';

/** What a runner does, and when. */
export interface Job {
  readonly changes: Changes;
  /** Whether a change of what has this number is of concern. */
  readonly isConcerned: (changed: number) => boolean;
  /** Everything that may have something left to do. */
  readonly open: () => Promise<readonly number[]>;
  /** Does what there is to do for one number; may throw, and is called again later. */
  readonly work: (number: number) => Promise<void>;
  /** What it does, for the log: `replies`. */
  readonly name: string;
  readonly log: Log;
  /** How often what did not work is tried again, in milliseconds; every five seconds unless given. */
  readonly tryAgainMs?: number | undefined;
}

/** Something that goes on until it is stopped. */
export interface Runner {
  /** Stops, once the work that is under way is done. */
  stop(): Promise<void>;
}

const atOnce = 4;
const usualTryAgainMs = 5_000;

/**
 * Does a job whenever something changes, after a gap in the news, and every few seconds for what did not work. One at a
 * time for each number, so that an older state is never written over a newer one.
 */
export function startRunner(job: Job): Runner {
  const { changes, isConcerned, open, work, name, log, tryAgainMs = usualTryAgainMs } = job;
  const waiting = new Set<number>();
  const running = new Map<number, Promise<void>>();
  let isStopped = false;

  const stopChanges = changes.subscribe((changed) => isConcerned(changed) && want(changed));
  const stopGaps = changes.onGap(wantAll);
  const timer = setInterval(wantAll, tryAgainMs).unref();
  wantAll();

  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      stopChanges();
      stopGaps();
      await Promise.all(running.values());
    },
  };

  function want(number: number): void {
    waiting.add(number);
    begin();
  }

  function wantAll(): void {
    open().then(
      (numbers) => {
        for (const number of numbers) want(number);
      },
      (error: unknown) => log.warn({ err: error }, `${name} could not be read`),
    );
  }

  function begin(): void {
    for (const number of waiting) {
      if (isStopped || running.size >= atOnce) return;
      if (running.has(number)) continue;
      waiting.delete(number);
      const done = work(number)
        .catch((error: unknown) => log.warn({ err: error, number }, `${name} could not be posted`))
        .finally(() => {
          running.delete(number);
          begin();
        });
      running.set(number, done);
    }
  }
}
