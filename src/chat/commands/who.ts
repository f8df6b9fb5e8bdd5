import { aboutDeployment } from '../../core/about.js';
import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import type { PackView } from '../../deployments/service.js';
import type { Answer } from '../answer.js';
import { renderWho } from '../render/who.js';
import { refusal } from './about.js';
import type { Asking, QueryCommand, Values } from './command.js';
import { maySeeLock } from './holds.js';

/** `pack who`: who holds what. */
export const whoCommand: QueryCommand = {
  kind: 'query',
  name: 'who',
  words: 'pack who',
  formats: [{ display: 'pack who {{pack=all}}', representation: ['pack who {{pack}}', 'pack who'] }],
  params: [{ name: 'pack', label: 'the pack' }],
  help: 'tells who has borrowed or locked what, and who waits for it',
  example: 'pack who beans',
  answer,
};

async function answer({ pack }: Values, asking: Asking): Promise<Answer> {
  const permitted = asking.permit(pack === undefined ? {} : { packs: [pack] });
  if (!permitted.ok) return refusal(permitted.refusal);
  const views = (await asking.deployments.packs(pack)).flatMap((view) => visible(view, asking));
  const locks = (await asking.deployments.locks()).filter((lock) => maySeeLock(lock, asking));
  if (pack !== undefined && views.length === 0) {
    const known = (await asking.deployments.packs()).flatMap((view) => visible(view, asking));
    const near = nearest(pack, new Set(known.map((one) => one.pack)));
    return refusal(refuse('pack-not-live', { pack, near }));
  }
  const data = { packs: views, locks };
  return { text: renderWho({ ...data, ...(pack === undefined ? {} : { pack }) }, asking), data };
}

/** A pack as far as the asker may see it. */
function visible(view: PackView, asking: Asking): readonly PackView[] {
  const { pack, target, live, borrow } = view;
  const repository = live?.live.repository ?? borrow?.repository;
  const about = { packs: [pack], target, ...(repository === undefined ? {} : { repository }) };
  if (!asking.permit(about).ok) return [];
  const queue = view.queue.filter((one) => asking.permit(aboutDeployment(one.deployment)).ok);
  return [{ ...view, queue }];
}
