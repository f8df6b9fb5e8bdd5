import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../core/within.js';
import { forgetDeliveries, lookAtWaiting } from '../store/deliveries.js';
import { lookAt } from './look.js';
import type { WebhookParts } from './parts.js';

/** Looks at kept deliveries, in the order in which they came. */
export interface Processor {
  /** There is something to look at. */
  wake(): void;
  /** Stops after what is under way. */
  close(): Promise<void>;
}

const portion = { most: 500, mostBytes: 16 * 1024 * 1024 };
/** What comes meanwhile is looked at together. */
const pauseMs = 50;
/** For what another server left, and what failed. */
const lookEveryMs = 5_000;
const forgetEveryMs = 3_600_000;
const endsWithinMs = 2_000;
const keepMs = 7 * 86_400_000;

/** Starts to look at deliveries, first at those that were left by a stop or a crash. */
export function startProcessor(parts: WebhookParts): Processor {
  const { db, clock, log } = parts;
  let isOpen = true;
  let isWanted = true;
  let running: Promise<void> | undefined;
  const timers = [setInterval(wake, lookEveryMs).unref(), setInterval(forget, forgetEveryMs).unref()];
  wake();
  forget();
  return {
    wake,
    async close() {
      isOpen = false;
      for (const timer of timers) clearInterval(timer);
      // No longer than this, for a database that is gone is never done with.
      if (running !== undefined) await within(endsWithinMs, running);
    },
  };

  function wake(): void {
    isWanted = true;
    running ??= run().finally(() => {
      running = undefined;
      // Somebody may have woken it when it had just decided to end.
      if (isWanted && isOpen) wake();
    });
  }

  async function run(): Promise<void> {
    while (isOpen && isWanted) {
      isWanted = false;
      isWanted = (await lookOnce()) || isWanted;
      if (isOpen) await sleep(pauseMs);
    }
  }

  /** Whether there is more. */
  async function lookOnce(): Promise<boolean> {
    try {
      const looked = await lookAtWaiting(
        db,
        portion,
        (some) => lookAt(parts, some),
        () => clock.now(),
      );
      return looked >= portion.most;
    } catch (error) {
      // The next look comes by itself; what was under way is still kept.
      if (isOpen) log.warn({ err: error }, 'deliveries could not be looked at');
      return false;
    }
  }

  function forget(): void {
    forgetDeliveries(db, new Date(clock.now().getTime() - keepMs)).catch((error: unknown) => {
      if (isOpen) log.warn({ err: error }, 'old deliveries could not be forgotten');
    });
  }
}
