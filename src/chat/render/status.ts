import { type Deployment, isEnd } from '../../core/deployment.js';
import type { Lock } from '../../core/lock.js';
import type { DeploymentView, LiveView } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { driftLong, driftShort } from './drift.js';
import { type Holders, holderWords } from './holders.js';
import { bold, bullets, clip, count, link } from './markdown.js';
import { asked, person, revision, source, subject } from './names.js';
import { borrowLine, heldShortly, lockLine, unlockCommand } from './obstacles.js';
import { ago, clockTime } from './time.js';

const liveListed = 15;
const openListed = 5;

/** What is live, what is under way, and who holds what. */
export interface Status extends Partial<Holders> {
  readonly live: readonly LiveView[];
  readonly open: readonly DeploymentView[];
}

/** What is live and who holds it, and what is under way. */
export function renderStatus(
  { live, open, borrows = [], locks = [] }: Status,
  context: RenderContext,
): string {
  const head =
    live.length === 0
      ? 'Nothing is live yet.'
      : `${count(live.length, 'pack')} ${live.length === 1 ? 'is' : 'are'} live:`;
  const isOneTarget = new Set(live.map((one) => one.target)).size <= 1;
  const lines = live.map(
    (one) =>
      `${liveLine(one, context, isOneTarget)}${holderWords(one, { borrows, locks }, context)}${driftWord(one)}`,
  );
  return [
    everything(locks, context),
    head,
    bullets(lines, liveListed, 'say `pack status` with a name'),
    ...openPart(open, context),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function everything(locks: readonly Lock[], context: RenderContext): string {
  const lock = locks.find((one) => one.scope.kind === 'everything');
  return lock === undefined ? '' : `🔒 ${lockLine(lock, context)}. ${unlockCommand(lock)} ends it.`;
}

/** What is live of one pack on each target, who holds it, and what is under way with it. */
export function renderPackStatus(
  pack: string,
  { live, open, borrows = [], locks = [] }: Status,
  context: RenderContext,
): string {
  const isOneTarget = live.length <= 1;
  const lines = live.map((one) => `${liveLine(one, context, isOneTarget)}`);
  const head = live.length === 0 ? `${bold(pack)} is not live.` : lines.join('\n');
  const held = [
    ...live.flatMap((one) => driftLine(one, isOneTarget)),
    ...borrows.filter((one) => one.pack === pack).map((one) => `✋ ${borrowLine(one, context)}.`),
    ...locks.map((one) => `🔒 ${lockLine(one, context)}. ${unlockCommand(one)} ends it.`),
  ];
  return [head, ...held, ...openPart(open, context)].join('\n');
}

/** What is live of a pack, on one line. */
export function liveLine(one: LiveView, context: RenderContext, isOneTarget: boolean): string {
  const where = isOneTarget ? '' : ` on ${bold(one.target)}`;
  const by = one.by === '' ? '' : ` by ${bold(one.by)}`;
  const number = link(`#${one.deployment}`, context.url(one.deployment));
  const when = ago(one.since, context.now);
  return `${bold(one.pack)} ${revision(one.live.revision)} from ${bold(one.live.repository)}${where}, ${when}${by} (${number})`;
}

function driftWord({ drift }: LiveView): string {
  return drift === undefined ? '' : `, ⚠️ ${driftShort(drift.drift)}`;
}

/** What was changed of a live pack on its target, on a line of its own. */
export function driftLine({ drift, target }: LiveView, isOneTarget: boolean): readonly string[] {
  if (drift === undefined) return [];
  const where = isOneTarget ? '' : ` on ${bold(target)}`;
  return [`⚠️ Not as it was deployed${where}: ${driftLong(drift.drift)}.`];
}

function openPart(open: readonly DeploymentView[], context: RenderContext): readonly string[] {
  if (open.length === 0) return [];
  const lines = open.map((view) => openLine(view, context));
  return ['Under way:', bullets(lines, openListed, 'see `pack queue`')];
}

/** An open deployment on one line: what it is, who asked, and where it stands. */
export function openLine(view: DeploymentView, context: RenderContext): string {
  const { deployment } = view;
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  return clip(
    `${number} ${whatOf(deployment)} by ${person(deployment.requester)}: ${standing(view, context)}`,
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

function standing(view: DeploymentView, context: RenderContext): string {
  const { deployment, call } = view;
  if (isEnd(deployment.status)) return deployment.status;
  if (deployment.canceledBy !== undefined) return `being canceled by ${person(deployment.canceledBy)}`;
  if (deployment.status === 'running') {
    const live = deployment.packs.filter((one) => one.status === 'live').length;
    return `running, ${live} of ${count(deployment.packs.length, 'pack')} live`;
  }
  if (deployment.plan === undefined) return 'being planned';
  if (call !== undefined)
    return `its turn has come, ${person(call.requester)} is asked for the phrase until ${clockTime(call.until, context)}`;
  return waitsFor(view, context);
}

function waitsFor({ deployment, ahead, heldBy, expectedAt }: DeploymentView, context: RenderContext): string {
  const { waitingFor = 'turn' } = deployment;
  const held = heldShortly(heldBy);
  const links = ahead.slice(0, 3).map((id) => link(`#${id}`, context.url(id)));
  const more = ahead.length > 3 ? ` and ${ahead.length - 3} more` : '';
  const parts = [
    ...(held === undefined ? [] : [`as ${held}`]),
    ...(links.length === 0 ? [] : [`after ${links.join(', ')}${more}`]),
  ];
  if (waitingFor !== 'turn' && held === undefined)
    return `waits for ${waitingFor === 'lock' ? 'a lock' : `its ${waitingFor}`}`;
  if (parts.length === 0) return 'about to begin';
  const when =
    expectedAt === undefined || expectedAt <= context.now
      ? ''
      : ` until about ${clockTime(expectedAt, context)}`;
  return `waits${when}, ${parts.join(', ')}`;
}
