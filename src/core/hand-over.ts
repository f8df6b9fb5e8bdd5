import type { Log } from './log.js';
import { startTurns } from './turns.js';
import { within } from './within.js';

/** A line that was taken, with how often it was, this time included. */
export interface Taken {
  readonly id: number;
  readonly attempt: number;
}

/** For how long a line is taken, in milliseconds. */
export interface Lease {
  /** After which another server may take it, since this one must have died. */
  readonly leaseMs: number;
  /** For which it holds up the next one of its channel. */
  readonly patienceMs: number;
}

/** What hands over lines is made of. */
export interface HandOverOptions<Line extends Taken> {
  readonly log: Log;
  /** How many milliseconds a channel's next line waits for the one before, so that fast answers keep their order. */
  readonly patienceMs: number;
  /** How often lines are looked for that another server took and never finished, in milliseconds. */
  readonly sweepMs: number;
  /** Takes the line that is next; undefined when none waits, or nobody is there to take it. */
  readonly take: (lease: Lease) => Promise<Line | undefined>;
  /** Gives the line to whom it is for. */
  readonly handle: (line: Line) => Promise<void>;
  /** Keeps a line for longer, in milliseconds from now, as one that was not just taken. */
  readonly renew: (id: number, leaseMs: number) => Promise<void>;
  /** The line was handled for good. */
  readonly finish: (id: number) => Promise<void>;
}

/** Hands over lines that are kept in the database. */
export interface HandOver<Line extends Taken> {
  /** There may be lines. May be passed on without the rest. */
  readonly wake: () => void;
  /**
   * Waits a moment for those lines that are being handled. The others are handed over again after the next start, so
   * whatever becomes of them here is not recorded.
   */
  letGo(which?: (line: Line) => boolean): Promise<void>;
  /** Takes no more. */
  stop(): Promise<void>;
}

interface Held<Line> {
  readonly line: Line;
  readonly done: Promise<void>;
  isGivenUp: boolean;
}

const leaseMs = 30_000;
const renewMs = 10_000;
/** How many lines are answered at the same time; more wait. */
const mostAtOnce = 16;
/** A line that brings the handler down each time is given up. */
const mostAttempts = 5;
const retryMs = 1_000;
const graceMs = 500;

/**
 * Hands over lines one after the other: a line is kept first and marked once it was handled, so a crash in between loses
 * nothing; it may then be handled twice, with the same id. One that takes long holds nobody up.
 */
export function startHandOver<Line extends Taken>(options: HandOverOptions<Line>): HandOver<Line> {
  const { log, patienceMs, sweepMs } = options;
  const held = new Map<number, Held<Line>>();
  const turns = startTurns({
    take: takeAll,
    sweepMs,
    onError(error) {
      log.warn({ err: error }, 'lines could not be read; trying again');
      turns.wakeIn(retryMs);
    },
  });

  async function takeAll(): Promise<boolean> {
    while (held.size < mostAtOnce) {
      const line = await options.take({ leaseMs, patienceMs });
      if (line === undefined) break;
      if (!held.has(line.id)) hold(line);
    }
    return false;
  }

  function hold(line: Line): void {
    const patience = setTimeout(turns.wake, patienceMs + 1);
    const renewal = setInterval(() => renew(line.id), renewMs);
    const done = handOver(line)
      .catch((error: unknown) => log.warn({ err: error, line: line.id }, 'a line could not be marked'))
      .finally(() => {
        clearTimeout(patience);
        clearInterval(renewal);
        held.delete(line.id);
        turns.wake();
      });
    held.set(line.id, { line, done, isGivenUp: false });
  }

  async function handOver(line: Line): Promise<void> {
    const { id, attempt } = line;
    try {
      await options.handle(line);
    } catch (error) {
      if (held.get(id)?.isGivenUp) return;
      log.error({ err: error, line: id }, 'a line could not be taken');
      if (attempt < mostAttempts) return;
    }
    if (!held.get(id)?.isGivenUp) await options.finish(id);
  }

  function renew(id: number): void {
    options
      .renew(id, leaseMs - patienceMs)
      .catch((error: unknown) => log.warn({ err: error, line: id }, 'a line could not be kept'));
  }

  return {
    wake: turns.wake,
    async letGo(which = () => true) {
      await turns.idle();
      const open = [...held.values()].filter(({ line }) => which(line));
      await within(graceMs, Promise.all(open.map(({ done }) => done)));
      for (const one of open) one.isGivenUp = true;
    },
    stop: turns.stop,
  };
}
