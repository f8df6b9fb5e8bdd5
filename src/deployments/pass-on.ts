import { readQueue, withQueue } from '../store/queue.js';
import { passTurnsOn, rulesNow } from './queue.js';
import type { DoorDeps } from './service-deps.js';

/** Gives the turn to all who can have it now, on every target: something that held them up has ended or changed. */
export async function passAllTurnsOn(deps: DoorDeps): Promise<void> {
  // Also where nobody seems to wait: who is just coming in saw what has ended, and is seen once the queue is free.
  const queued = (await readQueue(deps.db)).map((entry) => entry.target);
  const targets = new Set([...deps.config().targets.keys(), ...queued]);
  for (const target of targets) {
    const next = await withQueue(deps.db, target, (tx) => passTurnsOn(tx, target, rulesNow(deps)));
    for (const deployment of next) await deps.engine.ring(deployment);
  }
}
