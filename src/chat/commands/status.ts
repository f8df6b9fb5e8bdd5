import { aboutDeployment } from '../../core/about.js';
import { isLocking } from '../../core/lock.js';
import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import type { LiveView } from '../../deployments/service.js';
import type { Answer } from '../answer.js';
import { renderPackStatus, renderStatus } from '../render/status.js';
import { refusal } from './about.js';
import type { Asking, QueryCommand, Values } from './command.js';
import { holdsFor } from './holds.js';

/** `pack status`: what is live, and what is under way. */
export const statusCommand: QueryCommand = {
  kind: 'query',
  name: 'status',
  words: 'pack status',
  formats: [{ display: 'pack status {{pack=all}}', representation: ['pack status {{pack}}', 'pack status'] }],
  params: [{ name: 'pack', label: 'the pack' }],
  help: 'tells what is live, and what is under way',
  example: 'pack status beans',
  answer,
};

async function answer({ pack }: Values, asking: Asking): Promise<Answer> {
  const { deployments } = asking;
  const permitted = asking.permit(pack === undefined ? {} : { packs: [pack] });
  if (!permitted.ok) return refusal(permitted.refusal);
  const [allLive, queue, holds] = await Promise.all([
    deployments.live(),
    deployments.queue(pack),
    holdsFor(asking),
  ]);
  const live = allLive.filter((one) => maySee(one, asking));
  const open = queue.filter((view) => asking.permit(aboutDeployment(view.deployment)).ok);
  const all = { live, open, ...holds };
  if (pack === undefined) return { text: renderStatus(all, asking), data: all };
  const own = live.filter((one) => one.pack === pack);
  if (own.length === 0 && open.length === 0) {
    const near = nearest(pack, new Set(live.map((one) => one.pack)));
    return refusal(refuse('pack-not-live', { pack, near }));
  }
  const repositories = new Set(own.map((one) => one.live.repository));
  const status = {
    live: own,
    open,
    borrows: holds.borrows.filter((one) => one.pack === pack),
    locks: holds.locks.filter((lock) => [...repositories, ''].some((from) => isLocking(lock, pack, from))),
  };
  return { text: renderPackStatus(pack, status, asking), data: status };
}

function maySee({ pack, live, target }: LiveView, asking: Asking): boolean {
  const { repository, revision } = live;
  return asking.permit({ repository, packs: [pack], branch: revision.ref, target }).ok;
}
