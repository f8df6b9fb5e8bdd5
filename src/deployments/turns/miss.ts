import { waitingChange } from '../../store/deployments.js';
import { appendEvents, type NewEvent } from '../../store/events.js';
import { queueNotice } from '../../store/notices.js';
import { toTailChanges, withQueue } from '../../store/queue.js';
import { entryOf, passTurnsOn, rulesNow } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';

/** What became of a turn whose time is up. */
export interface Missed {
  readonly standing: 'confirmed' | 'waiting' | 'expired' | 'called';
  /** The deployments whose turn came by it. */
  readonly next: readonly number[];
}

/**
 * Takes a turn away whose phrase did not come in time: to the tail once, then it expires. A phrase that came at the
 * last moment has won, for both change the queue one after the other.
 */
export async function missTurn(run: Run): Promise<Missed> {
  const { db } = run.deps;
  const { plan, requester } = await deploymentOf(run);
  const target = plan?.target ?? '';
  const rules = rulesNow(run.deps);
  return await withQueue(db, target, async (tx): Promise<Missed> => {
    const own = await entryOf(tx, run.id);
    if (own?.asked === undefined) return { standing: 'waiting', next: [] };
    if (own.asked.confirmedAt !== undefined) return { standing: 'confirmed', next: [] };
    if (own.asked.until > rules.at) return { standing: 'called', next: [] };
    const isExpired = own.misses > 0;
    const packs = own.packs;
    const notice = { kind: 'missed', to: requester, deployment: run.id, packs, isExpired } as const;
    const key = `missed:${own.misses}`;
    await queueNotice(tx, { key: `${key}:${run.id}`, origin: own.origin, notice, at: rules.at });
    if (isExpired) return { standing: 'expired', next: [] };
    const event: NewEvent = { deployment: run.id, key, at: rules.at, event: { kind: 'missed' } };
    await appendEvents(tx, [event], [waitingChange(tx, run.id, 'turn')]);
    for (const change of toTailChanges(tx, run.id)) await appendEvents(tx, [], [change]);
    return { standing: 'waiting', next: await passTurnsOn(tx, target, rules) };
  });
}
