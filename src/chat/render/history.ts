import { type Deployment, type EndStatus, isEnd } from '../../core/deployment.js';
import type { Handover, LiveSpan, PackLife } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { bold, clip, em, link } from './markdown.js';
import { goesBackToNothing, namesOf, packNames, person, source } from './names.js';
import { refusalLine } from './refusal.js';
import { whatOf } from './status.js';
import { ago, took } from './time.js';

/** The pack whose past is told; how long each deployment of it was live, and who handed it on. */
export interface HistoryOf {
  readonly pack: string;
  readonly life?: PackLife | undefined;
}

/** Past deployments, newest first, a line each: what, who, when, how long, and why it ended as it did. */
export function renderHistory(
  deployments: readonly Deployment[],
  context: RenderContext,
  of?: HistoryOf,
): string {
  const about = of === undefined ? '' : ` of ${bold(of.pack)}`;
  const oldest = deployments.at(-1)?.requestedAt;
  if (oldest === undefined) return `Nothing${about} was deployed yet.`;
  const { spans = [], handovers = [] } = of?.life ?? {};
  const lines = [
    ...deployments.map((one) => ({
      at: one.requestedAt,
      text: `${historyLine(one, context)}${livedFor(one, spans, context)}`,
    })),
    ...handovers
      .filter(({ at }) => at >= oldest)
      .map((one) => ({
        at: one.at,
        text: `${handedOver(one, of?.pack ?? '')}, ${ago(one.at, context.now)}`,
      })),
  ].sort((a, b) => b.at.getTime() - a.at.getTime());
  return [`The newest deployments${about}:`, ...lines.map(({ text }) => `• ${text}`)].join('\n');
}

/** How long a deployment's revision of the pack was live, and what ended that: `; live for 55 min, until …`. */
function livedFor({ id }: Deployment, spans: readonly LiveSpan[], context: RenderContext): string {
  const span = spans.find(({ deployment }) => deployment === id);
  if (span === undefined) return '';
  if (span.until === undefined) return '; live now';
  const time = `; live for ${took(span.until.getTime() - span.since.getTime())}`;
  return span.endedBy === undefined ? time : `${time}, until ${endOf(span.endedBy, context)}`;
}

function endOf(by: Deployment, context: RenderContext): string {
  const number = `(${link(`#${by.id}`, context.url(by.id))})`;
  if (by.via === 'timer') return `its time was over ${number}`;
  const who = by.via === 'push' ? 'a push' : person(by.requester);
  const verbs = { deploy: 'replaced it', return: 'gave it back', rollback: 'rolled it back' } as const;
  return `${who} ${verbs[by.intent.kind]} ${number}`;
}

function handedOver({ kind, by, to = '' }: Handover, pack: string): string {
  if (kind === 'steal') return `✋ ${person(by)} took ${bold(pack)} over`;
  return `🤝 ${person(by)} gave ${bold(pack)} to ${bold(to.replace(/^@/u, ''))}`;
}

/** A deployment of the past on one line. */
export function historyLine(deployment: Deployment, context: RenderContext): string {
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  const when = ago(deployment.requestedAt, context.now);
  const parts = [`${byWhom(deployment)}, ${when}`, ...durationOf(deployment)];
  return clip(
    `${number} ${mark(deployment)} ${whatOf(deployment)}: ${parts.join(', ')}${ignoring(deployment)}${whyOf(deployment)}`,
    420,
  );
}

function byWhom({ via, requester }: Deployment): string {
  if (via === 'timer') return 'by itself, as its time was over';
  return via === 'push' ? 'after a push' : person(requester);
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
  // What never began has only waited.
  if (startedAt === undefined) return [`waited ${took(endedAt.getTime() - requestedAt.getTime())}`];
  return [`took ${took(endedAt.getTime() - startedAt.getTime())}`];
}

function whatOfSuccess(deployment: Deployment): string {
  const { packs } = deployment;
  if (packs.length > 0 && packs.every((one) => one.status === 'unchanged')) return ', was live already';
  if (!packs.some((one) => one.status === 'removed')) return '';
  const removed = packNames(namesOf(packs.filter((one) => one.status === 'removed')));
  if (goesBackToNothing(deployment)) return `, removed ${removed}: nothing of it was live before`;
  return `, removed ${removed}:${source(deployment).replace(' from', '')} has it no more`;
}

/** Why it ended as it did; nothing where it simply went live. */
function whyOf(deployment: Deployment): string {
  const { status, refusal, canceledBy, packs } = deployment;
  if (!isEnd(status)) return `, ${status}`;
  if (canceledBy !== undefined) return `, canceled by ${person(canceledBy)}`;
  if (status === 'succeeded') return whatOfSuccess(deployment);
  if (refusal !== undefined) return `. ${refusalLine(refusal, 160)}`;
  const bad = packs.filter((one) => one.status === 'failed' || one.status === 'restored');
  const first = bad[0]?.refusal;
  if (first === undefined) return `, ${status}`;
  const live = packs.filter((one) => one.status === 'live').length;
  const which = live === 0 && bad.length === 1 ? '' : `${packNames(namesOf(bad))} failed, ${live} live. `;
  return `. ${which}${refusalLine(first, 160)}`;
}
