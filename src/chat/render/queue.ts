import type { DeploymentView } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { bold, count } from './markdown.js';
import { openLine } from './status.js';
import { ago } from './time.js';

const listedMost = 12;

/** The open deployments in the order in which they will run, each with what it waits for. */
export function renderQueue(queue: readonly DeploymentView[], context: RenderContext, pack?: string): string {
  const about = pack === undefined ? '' : ` for ${bold(pack)}`;
  if (queue.length === 0) return `Nothing runs or waits${about}.`;
  const running = queue.filter((view) => view.deployment.status === 'running').length;
  const head = `${count(queue.length, 'open deployment')}${about}, ${running} running:`;
  const lines = queue
    .slice(0, listedMost)
    .map(
      (view, i) =>
        `${i + 1}. ${openLine(view, context)}, asked ${ago(view.deployment.requestedAt, context.now)}`,
    );
  const more = queue.length - lines.length;
  return [head, ...lines, ...(more > 0 ? [`…and ${more} more`] : [])].join('\n');
}
