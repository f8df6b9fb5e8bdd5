import { aboutDeployment } from '../../core/about.js';
import type { Answer } from '../answer.js';
import { renderWhy } from '../render/why.js';
import { refusal } from './about.js';
import type { Asking, QueryCommand, Values } from './command.js';

/** `pack why`: why a pack is as it is, and the one thing that blocks. */
export const whyCommand: QueryCommand = {
  kind: 'query',
  name: 'why',
  words: 'pack why',
  formats: [{ display: 'pack why {{pack}}', representation: ['pack why {{pack}}'] }],
  params: [{ name: 'pack', label: 'the pack', isRequired: true }],
  help: 'tells why a pack is as it is, the one thing that blocks, and what clears it',
  example: 'pack why beans',
  answer,
};

async function answer({ pack = '' }: Values, asking: Asking): Promise<Answer> {
  const permitted = asking.permit({ packs: [pack] });
  if (!permitted.ok) return refusal(permitted.refusal);
  const why = await asking.deployments.why(pack);
  if (!why.ok) return refusal(why.refusal);
  const { live } = why.value.view;
  const exactly = live === undefined ? {} : { repository: live.live.repository, target: live.target };
  const still = asking.permit({ ...exactly, packs: [pack] });
  if (!still.ok) return refusal(still.refusal);
  const isSeen = (deployment: (typeof why.value.history)[number]) =>
    asking.permit(aboutDeployment(deployment)).ok;
  const seen = {
    ...why.value,
    view: { ...why.value.view, queue: why.value.view.queue.filter((one) => isSeen(one.deployment)) },
    history: why.value.history.filter(isSeen),
  };
  return { text: renderWhy(seen, asking), data: seen };
}
