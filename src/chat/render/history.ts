import { type Deployment, type EndStatus, isEnd } from '../../core/deployment.js';
import type { RenderContext } from './context.js';
import { bold, clip, em, link } from './markdown.js';
import { namesOf, packNames, person } from './names.js';
import { refusalLine } from './refusal.js';
import { whatOf } from './status.js';
import { ago, took } from './time.js';

/** Past deployments, newest first, a line each: what, who, when, how long, and why it ended as it did. */
export function renderHistory(
  deployments: readonly Deployment[],
  context: RenderContext,
  pack?: string,
): string {
  const about = pack === undefined ? '' : ` of ${bold(pack)}`;
  if (deployments.length === 0) return `Nothing${about} was deployed yet.`;
  return [
    `The newest deployments${about}:`,
    ...deployments.map((one) => `• ${historyLine(one, context)}`),
  ].join('\n');
}

/** A deployment of the past on one line. */
export function historyLine(deployment: Deployment, context: RenderContext): string {
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  const when = ago(deployment.requestedAt, context.now);
  const parts = [`${person(deployment.requester)}, ${when}`, ...durationOf(deployment)];
  return clip(
    `${number} ${mark(deployment)} ${whatOf(deployment)}: ${parts.join(', ')}${ignoring(deployment)}${whyOf(deployment)}`,
    420,
  );
}

function ignoring({ intent }: Deployment): string {
  if (intent.kind !== 'deploy' || intent.ignoringChecks === undefined) return '';
  return `, ignoring checks because ${em(clip(intent.ignoringChecks, 100))}`;
}

const marks: Readonly<Record<EndStatus, string>> = {
  succeeded: '✅',
  failed: '❌',
  errored: '❌',
  canceled: '🛑',
  expired: '⌛',
  superseded: '⏭️',
};

function mark({ status }: Deployment): string {
  return isEnd(status) ? marks[status] : '⏳';
}

function durationOf({ startedAt, requestedAt, endedAt }: Deployment): readonly string[] {
  if (endedAt === undefined) return [];
  return [`took ${took(endedAt.getTime() - (startedAt ?? requestedAt).getTime())}`];
}

/** Why it ended as it did; nothing where it simply went live. */
function whyOf(deployment: Deployment): string {
  const { status, refusal, canceledBy, packs } = deployment;
  if (!isEnd(status)) return `, ${status}`;
  if (canceledBy !== undefined) return `, canceled by ${person(canceledBy)}`;
  if (status === 'succeeded') return '';
  if (refusal !== undefined) return `. ${refusalLine(refusal, 160)}`;
  const bad = packs.filter((one) => one.status === 'failed' || one.status === 'restored');
  const first = bad[0]?.refusal;
  if (first === undefined) return `, ${status}`;
  const live = packs.filter((one) => one.status === 'live').length;
  const which = live === 0 && bad.length === 1 ? '' : `${packNames(namesOf(bad))} failed, ${live} live. `;
  return `. ${which}${refusalLine(first, 160)}`;
}
