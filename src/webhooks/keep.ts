import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../core/log.js';
import { within } from '../core/within.js';
import type { NewDelivery } from '../store/deliveries.js';

/** Keeps deliveries, many in one statement when many come at once. */
export interface Keeper {
  /**
   * Settles once a delivery is kept. `away`: the database was out of reach for as long as anybody can wait; `full`: too
   * many wait already.
   */
  keep(delivery: NewDelivery): Promise<'kept' | 'away' | 'full'>;
}

/** What a keeper works with. */
export interface KeeperOptions {
  insert(batch: readonly NewDelivery[]): Promise<unknown>;
  /** How long a delivery that comes now waits to be kept, in milliseconds. */
  readonly patienceMs: () => number;
  readonly log: Log;
}

interface Waiting {
  readonly delivery: NewDelivery;
  readonly bytes: number;
  /** Tells whoever waits, once. */
  settle(outcome: 'kept' | 'away'): void;
  isSettled: boolean;
}

const mostWaiting = 10_000;
const mostWaitingBytes = 128 * 1024 * 1024;
const batchSize = 200;
const batchBytes = 8 * 1024 * 1024;
/** A statement that takes longer is tried again on another connection: this one may be dead. */
const insertWithinMs = 3_000;
const retryMs = 200;

/** Makes a keeper. */
export function createKeeper({ insert, patienceMs, log }: KeeperOptions): Keeper {
  const waiting = new Set<Waiting>();
  let bytesWaiting = 0;
  let isBusy = false;

  return {
    async keep(delivery) {
      const bytes = delivery.body.length;
      if (waiting.size >= mostWaiting || bytesWaiting + bytes > mostWaitingBytes) return 'full';
      return await new Promise((resolve) => {
        const late = setTimeout(() => entry.settle('away'), patienceMs());
        const entry: Waiting = {
          delivery,
          bytes,
          isSettled: false,
          settle(outcome) {
            if (entry.isSettled) return;
            entry.isSettled = true;
            clearTimeout(late);
            waiting.delete(entry);
            bytesWaiting -= bytes;
            resolve(outcome);
          },
        };
        waiting.add(entry);
        bytesWaiting += bytes;
        void work();
      });
    },
  };

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    try {
      while (waiting.size > 0) {
        const batch = firstOf(waiting);
        if (await keepAll(batch)) for (const entry of batch) entry.settle('kept');
        else await sleep(retryMs);
      }
    } finally {
      isBusy = false;
    }
  }

  async function keepAll(batch: readonly Waiting[]): Promise<boolean> {
    try {
      const isDone = await within(insertWithinMs, insert(batch.map(({ delivery }) => delivery)));
      if (!isDone) log.warn({ deliveries: batch.length }, 'deliveries take long to be kept; trying again');
      return isDone;
    } catch (error) {
      log.warn({ err: error, deliveries: batch.length }, 'deliveries could not be kept; trying again');
      return false;
    }
  }
}

function firstOf(waiting: ReadonlySet<Waiting>): readonly Waiting[] {
  const batch: Waiting[] = [];
  let bytes = 0;
  for (const entry of waiting) {
    bytes += entry.bytes;
    if (batch.length > 0 && (batch.length >= batchSize || bytes > batchBytes)) break;
    batch.push(entry);
  }
  return batch;
}
