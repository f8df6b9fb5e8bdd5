import type { Notification, Pool, PoolClient } from 'pg';
import type { StoreLog } from './log.js';

/** What a listener needs. */
export interface ListenerOptions {
  readonly pool: Pool;
  /** The channels, as `NOTIFY` names them. */
  readonly channels: readonly string[];
  readonly onNotice: (channel: string, payload: string) => void;
  /** Called whenever listening (re)began: notices before it may have been missed. */
  readonly onListening: () => void;
  readonly log: StoreLog;
}

/** A connection that listens, and comes back by itself when it breaks. */
export interface Listener {
  /** Settles once the first connection listens. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;
const proofOfLifeMs = 30_000;

/** Listens for notices on one connection of the pool, for as long as it is open. */
export function listenTo(options: ListenerOptions): Listener {
  let isOpen = true;
  let delay = firstDelayMs;
  let breakOff: (() => void) | undefined;
  let markReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  const running = run();

  async function run(): Promise<void> {
    while (isOpen) {
      await listenOnce().catch((error: unknown) => {
        if (isOpen)
          options.log.warn({ err: error }, 'The database connection for notices broke; trying again.');
      });
      if (isOpen) await pause();
    }
  }

  async function listenOnce(): Promise<void> {
    const client = await options.pool.connect();
    let ended = false;
    try {
      const broken = brokenOff(client);
      for (const channel of options.channels)
        await client.query(`listen ${client.escapeIdentifier(channel)}`);
      delay = firstDelayMs;
      options.onListening();
      markReady();
      await broken;
    } catch (error) {
      ended = true;
      throw error;
    } finally {
      client.removeAllListeners('notification');
      // A connection that listens is of no use to others, so it is closed, not given back.
      client.release(ended ? true : new Error('closed'));
    }
  }

  /** Settles when the listener is closed, rejects when the connection breaks. */
  function brokenOff(client: PoolClient): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      // A connection that died silently shows only when it is used.
      const proof = setInterval(() => client.query('select 1').catch(finish), proofOfLifeMs);
      proof.unref();
      breakOff = () => finish();
      client.on('notification', heard);
      client.once('error', finish);
      client.once('end', () => finish(new Error('The connection ended.')));
      if (!isOpen) finish();

      function finish(error?: unknown): void {
        clearInterval(proof);
        if (error === undefined) resolve();
        else reject(error);
      }
    });
  }

  function heard(notice: Notification): void {
    options.onNotice(notice.channel, notice.payload ?? '');
  }

  async function pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      breakOff = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    delay = Math.min(delay * 2, longestDelayMs);
  }

  async function close(): Promise<void> {
    isOpen = false;
    breakOff?.();
    await running;
  }

  return { ready, close };
}
