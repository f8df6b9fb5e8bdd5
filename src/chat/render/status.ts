import { type Deployment, isEnd } from '../../core/deployment.js';
import type { DeploymentView, LiveView } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { bold, bullets, clip, count, link } from './markdown.js';
import { asked, person, revision, source, subject } from './names.js';
import { ago } from './time.js';

const liveListed = 15;
const openListed = 5;

/** What is live, and what is under way. */
export function renderStatus(
  { live, open }: { readonly live: readonly LiveView[]; readonly open: readonly DeploymentView[] },
  context: RenderContext,
): string {
  const head =
    live.length === 0
      ? 'Nothing is live yet.'
      : `${count(live.length, 'pack')} ${live.length === 1 ? 'is' : 'are'} live:`;
  const isOneTarget = new Set(live.map((one) => one.target)).size <= 1;
  const lines = live.map((one) => liveLine(one, context, isOneTarget));
  return [head, bullets(lines, liveListed, 'say `pack status` with a name'), ...openPart(open, context)]
    .filter((part) => part !== '')
    .join('\n');
}

/** What is live of one pack on each target, and what is under way with it. */
export function renderPackStatus(
  pack: string,
  { live, open }: { readonly live: readonly LiveView[]; readonly open: readonly DeploymentView[] },
  context: RenderContext,
): string {
  const isOneTarget = live.length <= 1;
  const lines = live.map((one) => `${liveLine(one, context, isOneTarget)}`);
  const head = live.length === 0 ? `${bold(pack)} is not live.` : lines.join('\n');
  return [head, ...openPart(open, context)].join('\n');
}

function liveLine(one: LiveView, context: RenderContext, isOneTarget: boolean): string {
  const where = isOneTarget ? '' : ` on ${bold(one.target)}`;
  const by = one.by === '' ? '' : ` by ${bold(one.by)}`;
  const number = link(`#${one.deployment}`, context.url(one.deployment));
  const when = ago(one.since, context.now);
  return `${bold(one.pack)} ${revision(one.live.revision)} from ${bold(one.live.repository)}${where}, ${when}${by} (${number})`;
}

function openPart(open: readonly DeploymentView[], context: RenderContext): readonly string[] {
  if (open.length === 0) return [];
  const lines = open.map((view) => openLine(view, context));
  return ['Under way:', bullets(lines, openListed, 'see `pack queue`')];
}

/** An open deployment on one line: what it is, who asked, and where it stands. */
export function openLine({ deployment, ahead }: DeploymentView, context: RenderContext): string {
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  return clip(
    `${number} ${whatOf(deployment)} by ${person(deployment.requester)}: ${standing(deployment, ahead, context)}`,
    400,
  );
}

/** What a deployment does, on one line. */
export function whatOf(deployment: Deployment): string {
  const { kind } = deployment.intent;
  if (kind !== 'deploy')
    return `${kind} of ${subject(deployment)}${asked(deployment).replace(/^ at /u, ' to ')}`;
  return `${subject(deployment)}${source(deployment)}${asked(deployment)}`;
}

function standing(deployment: Deployment, ahead: readonly number[], context: RenderContext): string {
  if (isEnd(deployment.status)) return deployment.status;
  if (deployment.canceledBy !== undefined) return `being canceled by ${person(deployment.canceledBy)}`;
  if (deployment.status === 'running') {
    const live = deployment.packs.filter((one) => one.status === 'live').length;
    return `running, ${live} of ${count(deployment.packs.length, 'pack')} live`;
  }
  if (deployment.plan === undefined) return 'being planned';
  const { waitingFor = 'turn' } = deployment;
  if (waitingFor !== 'turn') return `waits for ${waitingFor === 'lock' ? 'a lock' : `its ${waitingFor}`}`;
  if (ahead.length === 0) return 'about to begin';
  const links = ahead.slice(0, 3).map((id) => link(`#${id}`, context.url(id)));
  const more = ahead.length > 3 ? ` and ${ahead.length - 3} more` : '';
  return `waits, after ${links.join(', ')}${more}`;
}
