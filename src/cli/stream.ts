import { setTimeout as sleep } from 'node:timers/promises';
import { type Failure, FailureError, type Outcome } from './outcome.js';
import { readEvents, type StreamEvent } from './sse.js';

/** How long to wait for a server that went away, in milliseconds. */
export interface Patience {
  /** Before the first new attempt; doubled each time up to 2 s. 200 unless given. */
  readonly retryMs?: number;
  /** Until it is given up. 60,000 unless given. */
  readonly giveUpMs?: number;
}

/** Opens the stream anew, after the event with this id. */
export type OpenStream = (
  after: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<Outcome<Response>>;

interface Following extends Patience {
  readonly after?: string;
  readonly signal?: AbortSignal;
  /** Called each time the stream is open. */
  readonly onOpen?: () => void;
}

const outage = 7;
const longestWait = 2_000;

/**
 * Follows a stream for as long as its reader wants, over restarts of the server: resumed after the last event seen.
 * Ends when the signal says so.
 * @throws FailureError when the server refuses, or stays away for longer than the patience.
 */
export async function* follow(open: OpenStream, following: Following): AsyncGenerator<StreamEvent> {
  const { signal, onOpen } = following;
  const attempts = createAttempts(following);
  let after = following.after;
  while (signal?.aborted !== true) {
    const response = await unlessAborted(open(after, signal), signal);
    if (response === undefined) return;
    if (response.ok) {
      attempts.opened();
      onOpen?.();
      for await (const event of unbroken(response.value, signal)) {
        after = event.id || after;
        attempts.heard();
        yield event;
      }
    } else attempts.failed(response.failure);
    await attempts.pause();
  }
}

/** Counts how long the server has been away, and waits a little longer each time. */
function createAttempts({ signal, retryMs = 200, giveUpMs = 60_000 }: Following) {
  let lostFor: number | undefined;
  let wait = retryMs;
  return {
    opened: () => {
      lostFor = 0;
    },
    heard: () => {
      wait = retryMs;
    },
    failed: (failure: Failure) => {
      // Only an outage can pass by itself, and the first attempt is not waited for.
      const isFinal = failure.exitCode !== outage || lostFor === undefined || lostFor >= giveUpMs;
      if (isFinal) throw new FailureError(failure);
    },
    pause: async () => {
      await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      lostFor = (lostFor ?? 0) + wait;
      wait = Math.min(wait * 2, longestWait);
    },
  };
}

/** The events of a response, where a broken connection is just its end. */
async function* unbroken(response: Response, signal: AbortSignal | undefined): AsyncGenerator<StreamEvent> {
  const events = readEvents(response, signal);
  try {
    while (true) {
      const next = await events.next().catch(() => undefined);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    await events.return(undefined);
  }
}

async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (signal?.aborted === true) return undefined;
    throw error;
  }
}
