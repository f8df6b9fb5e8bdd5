import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage } from '../../../core/error-message.js';
import type { Log } from '../../../core/log.js';

/** A connection over which a platform sends what people say. */
export interface Connection {
  /** Settled when it ended, for whatever reason. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
}

/** How a connection is held. */
export interface HeldConnection {
  readonly platform: string;
  readonly log: Log;
  /** Connects. Throws when it can't. */
  readonly connect: () => Promise<Connection>;
  /** Milliseconds before the second try in a row; doubled from try to try, up to a minute. */
  readonly firstPauseMs?: number | undefined;
}

const mostPauseMs = 60_000;

/**
 * Keeps a connection: one that is lost is made anew, at once, and then with longer and longer pauses.
 * @returns what ends it. Throws when the first one can't be made.
 */
export async function holdConnection(held: HeldConnection): Promise<{ readonly close: () => Promise<void> }> {
  const ending = new AbortController();
  // A client that was told to close may not tell that its connection ended.
  const ended = new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let current: Connection | undefined = await held.connect();

  async function connectAgain(failures: number): Promise<Connection | undefined> {
    const { platform, log, connect, firstPauseMs = 1_000 } = held;
    const ms = failures === 0 ? 0 : Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 10), mostPauseMs);
    await pause(ms, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    if (ending.signal.aborted) return undefined;
    try {
      return await connect();
    } catch (error) {
      log.warn({ platform, reason: errorMessage(error) }, 'a chat can not be reached; trying again');
      return undefined;
    }
  }

  async function keep(): Promise<void> {
    let failures = 0;
    while (!ending.signal.aborted) {
      const since = performance.now();
      if (current !== undefined) await Promise.race([current.lost, ended]);
      // One that ends as soon as it is made is no better than none.
      const isShort = current === undefined || performance.now() - since < (held.firstPauseMs ?? 1_000);
      failures = isShort ? failures + 1 : 0;
      current = await connectAgain(failures);
    }
    await current?.close();
  }

  const kept = keep();
  return {
    async close() {
      ending.abort();
      await current?.close();
      await kept;
    },
  };
}
