import { aboutDeployment } from '../../core/about.js';
import type { Answer } from '../answer.js';
import { renderQueue } from '../render/queue.js';
import { refusal } from './about.js';
import type { Asking, QueryCommand, Values } from './command.js';

/** `pack queue`: what runs and what waits. */
export const queueCommand: QueryCommand = {
  kind: 'query',
  name: 'queue',
  words: 'pack queue',
  formats: [{ display: 'pack queue {{pack=all}}', representation: ['pack queue {{pack}}', 'pack queue'] }],
  params: [{ name: 'pack', label: 'the pack' }],
  help: 'tells what runs and what waits, for whom and after whom',
  example: 'pack queue beans',
  answer,
};

async function answer({ pack }: Values, asking: Asking): Promise<Answer> {
  const permitted = asking.permit(pack === undefined ? {} : { packs: [pack] });
  if (!permitted.ok) return refusal(permitted.refusal);
  const all = await asking.deployments.queue(pack);
  const queue = all.filter((view) => asking.permit(aboutDeployment(view.deployment)).ok);
  return { text: renderQueue(queue, asking, pack), data: { queue } };
}
