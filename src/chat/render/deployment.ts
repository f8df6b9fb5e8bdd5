import type { Button, Progress } from '../../core/chat.js';
import { type Deployment, isEnd } from '../../core/deployment.js';
import type { DeploymentView } from '../../deployments/service.js';
import { waitingButtons } from '../buttons/buttons.js';
import { chatopsLines } from './chatops-lines.js';
import { ignoredLine } from './checks.js';
import type { ReplyContext } from './context.js';
import { endedFor, endHeadline } from './end-headline.js';
import { clip, link } from './markdown.js';
import { packNames } from './names.js';
import { openHeadline } from './open-headline.js';
import { packLines, warningLines } from './pack-lines.js';
import { planWarningLines } from './plan-warnings.js';
import { progressOf } from './progress.js';
import { refusalText } from './refusal.js';
import { took } from './time.js';
import { borrowedLines, waitingLines } from './waiting.js';

/** What a deployment's reply shows at one moment. */
export interface RenderedDeployment {
  /** Chat Markdown. The same as long as only time passes. */
  readonly text: string;
  readonly progress?: Progress;
  /** What can be done about it now; absent when nothing can. */
  readonly buttons?: readonly Button[];
  /** Whether nothing will change any more. */
  readonly isFinal: boolean;
}

/** A deployment as its one reply shows it, which is edited until it has ended. The first line has the verdict. */
export function renderDeployment(view: DeploymentView, context: ReplyContext): RenderedDeployment {
  const { deployment } = view;
  const isFinal = isEnd(deployment.status);
  const lines = isFinal ? endLines(view, context) : openLines(view, context);
  const text = lines.filter((line) => line !== '').join('\n');
  const buttons = deployment.status === 'waiting' ? { buttons: waitingButtons(deployment.id) } : {};
  return { text, progress: progressOf(deployment), ...buttons, isFinal };
}

const warningsListed = 3;

function openLines(view: DeploymentView, context: ReplyContext): readonly string[] {
  const { deployment } = view;
  return [
    clip(openHeadline(view, context), 600),
    ...ignoredLine(deployment),
    ...waitingLines(view, context).map((line) => clip(line, 500)),
    ...packLines(deployment, context.url(deployment.id)),
    ...planWarningLines(deployment.plan, warningsListed),
    ...warningLines(deployment),
  ];
}

function endLines(view: DeploymentView, context: ReplyContext): readonly string[] {
  const { deployment } = view;
  const url = context.url(deployment.id);
  return [
    clip(endHeadline(deployment), 600),
    ...ignoredLine(deployment),
    whyAll(deployment),
    ...packLines(deployment, url),
    alreadyLive(deployment),
    ...chatopsLines(deployment),
    ...(deployment.status === 'succeeded' ? planWarningLines(deployment.plan, warningsListed) : []),
    ...(deployment.status === 'succeeded' ? warningLines(deployment) : []),
    ...borrowedLines(view, context).map((line) => clip(line, 500)),
    `${endedFor(deployment, context.mention)}${duration(deployment)} · ${link(`#${deployment.id}`, url)}`,
  ];
}

/** Why the whole failed; the same for its only pack. */
function whyAll({ refusal, packs, canceledBy }: Deployment): string {
  const changing = packs.filter((one) => one.status !== 'unchanged');
  const [only] = changing;
  if (refusal !== undefined) return refusal.code === 'canceled' ? '' : refusalText(refusal);
  const why = changing.length === 1 ? only?.refusal : undefined;
  return why === undefined || (why.code === 'canceled' && canceledBy !== undefined) ? '' : refusalText(why);
}

/** The packs that were meant and needed nothing, where others did. */
function alreadyLive({ packs, status }: Deployment): string {
  const unchanged = packs.filter((one) => one.status === 'unchanged').map((one) => one.pack);
  const isAll = unchanged.length === packs.length;
  if (unchanged.length === 0 || (isAll && status === 'succeeded')) return '';
  return `Live as asked already: ${packNames(unchanged)}.`;
}

function duration({ startedAt, requestedAt, endedAt }: Deployment): string {
  if (endedAt === undefined) return '';
  return `, took ${took(endedAt.getTime() - (startedAt ?? requestedAt).getTime())}`;
}
