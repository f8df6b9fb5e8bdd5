import type { Origin } from '../core/actor.js';
import type { RewordIntent } from '../core/intent.js';
import { ok, type Result } from '../core/result.js';
import type { Deployments } from '../deployments/service.js';

/** What a line in the thread of a draft is: other words for the news. Undefined when it stands in no such thread. */
export async function heardRewording(
  deployments: Pick<Deployments, 'draftAt'>,
  { origin, text }: { readonly origin: Origin; readonly text: string },
): Promise<Result<RewordIntent> | undefined> {
  const { platform, channel, thread } = origin;
  if (thread === undefined || text.trim() === '') return undefined;
  const announcement = await deployments.draftAt({ platform, channel, thread });
  return announcement === undefined ? undefined : ok({ kind: 'reword', announcement, words: text });
}
