import { randomInt } from 'node:crypto';
import type { Deployment } from '../../core/deployment.js';
import type { CallNotice } from '../../core/notice.js';
import { choosePhrase } from '../../core/phrases.js';
import type { Plan } from '../../core/plan.js';
import type { QueueEntry } from '../../core/queue.js';
import { appendEvents } from '../../store/events.js';
import { queueNotice } from '../../store/notices.js';
import { askChange, choosePhrasesAlone, readQueue, withQueue } from '../../store/queue.js';
import { rulesNow } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';

/**
 * Asks the requester whose turn has come for a phrase. It is bound to the entry and to the plan that was just made: what
 * is confirmed is what runs. Asking again, after a crash, finds what was asked.
 * @param before the plan as it was when the request was made
 */
export async function callRequester(run: Run, before: Plan | undefined): Promise<void> {
  const { db } = run.deps;
  const { config, at } = rulesNow(run.deps);
  const deployment = await deploymentOf(run);
  const { plan } = deployment;
  if (plan === undefined) throw new Error(`#${run.id} has no plan`);
  const movedFrom =
    before !== undefined && before.revision.sha !== plan.revision.sha ? before.revision : undefined;
  const until = new Date(at.getTime() + config.queue.confirmWithinMs);
  await withQueue(db, plan.target, async (tx) => {
    await choosePhrasesAlone(tx);
    const entries = await readQueue(tx);
    const own = entries.find((entry) => entry.deployment === run.id);
    if (own?.grantedAt === undefined || own.asked !== undefined) return;
    const phrase = choosePhrase({
      open: openPhrases(entries, own),
      own: config.queue.phrases,
      pick: (below) => randomInt(below),
    });
    const event = { kind: 'called', phrase, until: until.toISOString() } as const;
    const key = `called:${own.misses}:${own.grantedAt.getTime()}`;
    await appendEvents(
      tx,
      [{ deployment: run.id, key, at, event }],
      [askChange(tx, run.id, { phrase, at, until, movedFrom })],
    );
    const notice = callNotice(deployment, plan, { phrase, until, movedFrom });
    await queueNotice(tx, { key: `call:${run.id}:${key}`, origin: own.origin, notice, at });
  });
}

/** The phrases that are asked for in the same channel: a word there must mean one deployment. */
function openPhrases(entries: readonly QueueEntry[], own: QueueEntry): ReadonlySet<string> {
  const inChannel = entries.filter(
    (e) => e.origin?.platform === own.origin?.platform && e.origin?.channel === own.origin?.channel,
  );
  return new Set(inChannel.flatMap((e) => (e.asked === undefined ? [] : [e.asked.phrase])));
}

function callNotice(
  { id, intent, requester }: Deployment,
  plan: Plan,
  asked: { phrase: string; until: Date; movedFrom: Plan['revision'] | undefined },
): CallNotice {
  const { phrase, until, movedFrom } = asked;
  return {
    kind: 'call',
    to: requester,
    deployment: id,
    asked: intent.kind,
    packs: plan.packs.map((p) => p.pack),
    repository: plan.repository,
    revision: plan.revision,
    phrase,
    until: until.toISOString(),
    ...(movedFrom === undefined ? {} : { movedFrom, commits: plan.commits }),
  };
}
