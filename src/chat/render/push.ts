import type { Person } from '../../core/access.js';
import { type Deployment, isEnd } from '../../core/deployment.js';
import { personName } from '../../core/identity.js';
import type { Push, PushPart } from '../../core/push.js';
import { knownPusher } from '../../core/pusher.js';
import type { DeploymentView } from '../../deployments/service.js';
import { chatopsLines } from './chatops-lines.js';
import { isBlocked } from './checks.js';
import type { ReplyContext } from './context.js';
import { bold, clip, code, link, oneLine } from './markdown.js';
import { namesOf, packNames, person, revision, subject } from './names.js';
import { packLines } from './pack-lines.js';
import { planWarningLines } from './plan-warnings.js';
import { refusalText } from './refusal.js';
import { took } from './time.js';
import { waitingLines } from './waiting.js';

/** A push with the deployments that it began, in their order. */
export interface PushView {
  readonly push: Push;
  readonly deployments: readonly DeploymentView[];
}

/** What the notify channel shows of a push at one moment. */
export interface RenderedPush {
  /** Chat Markdown, for the one message that is edited. */
  readonly text: string;
  /** What is said anew, so that it is seen, and which failures it tells of; absent as long as nothing fails. */
  readonly failure?: { readonly of: string; readonly text: string };
  /** What is put in the place of a failure that was told, once nothing fails any more. */
  readonly mended: string;
  /** Whether nothing will change any more. */
  readonly isFinal: boolean;
}

/** With what a push is shown. */
export interface PushContext extends ReplyContext {
  /** By whom those who pushed are known. */
  readonly people?: readonly Person[];
}

/** A push as its one message shows it. The first line has the verdict, the repository, the branch and the commit. */
export function renderPush(view: PushView, context: PushContext): RenderedPush {
  const { push, deployments } = view;
  const isFinal = push.endedAt !== undefined && deployments.every((one) => isEnd(one.deployment.status));
  const lines = [
    headline(view, isFinal, context),
    ...decided(push),
    ...deployments.flatMap((one) =>
      isMadeGood(one, deployments) ? [madeGoodLine(one, context)] : deploymentLines(one, context),
    ),
    ...push.parts.flatMap(refusedPart),
    ...leftLines(push),
  ];
  const failure = failureOf(view, context);
  return {
    text: lines.filter((line) => line !== '').join('\n'),
    isFinal,
    mended: `✅ What had failed of ${pushed(push)} is no longer in the way: it was mended, or a newer push took its place.`,
    ...(failure === undefined ? {} : { failure }),
  };
}

function headline({ push, deployments }: PushView, isFinal: boolean, context: PushContext): string {
  const { repository, branch, sha, isForced } = push;
  const at = revision({ ref: branch, sha });
  const by = byWhom(push, context);
  const forced = isForced ? ' Its history was written anew.' : '';
  return `${verdict({ push, deployments }, isFinal)} Pushed to ${bold(repository)}: ${at}${by}, ${subjectOf(push)}.${forced}`;
}

/** Who wrote it and, where that is somebody else or called otherwise, who pushed it. */
function byWhom({ author, pusher }: Push, { people = [] }: PushContext): string {
  const written = author === '' ? '' : ` by ${bold(author)}`;
  const account = pusher && knownPusher(people, pusher);
  const known = account && personName(people, account);
  // Joined accounts alone give nobody a name.
  const name = known === undefined || known.includes(':') ? pusher?.name : known;
  const isSame = name === undefined || name === author;
  return isSame ? written : `${written}${author === '' ? '' : ','} pushed by ${bold(name)}`;
}

/** The first line of a commit's message, so that it can't pass for more of ours. */
function subjectOf({ message }: Push): string {
  const subject = oneLine(message.split('\n', 1)[0] ?? '').replace(/[*_`[\]]/gu, '');
  return subject === '' ? 'without a message' : `“${clip(subject, 200)}”`;
}

function verdict({ push, deployments }: PushView, isFinal: boolean): string {
  const isRefused = push.refusal !== undefined || push.parts.some((part) => part.refusal !== undefined);
  if (isRefused || failedIn(deployments).length > 0) return '❌';
  if (!isFinal) return deployments.some((one) => one.deployment.status === 'running') ? '🚂' : '⏳';
  if (deployments.some((one) => one.deployment.status === 'succeeded')) return '✅';
  return push.gone.length > 0 && deployments.length === 0 ? '⚠️' : '⏭️';
}

/** Whether what a deployment left undone was done by a later one of the same push. */
function isMadeGood({ deployment }: DeploymentView, all: readonly DeploymentView[]): boolean {
  const bad = deployment.packs.filter((one) => one.status === 'failed' || one.status === 'restored');
  const later = all.filter((one) => one.deployment.id > deployment.id).map((one) => one.deployment.packs);
  const isDone = (pack: string) =>
    later.some((packs) => packs.some((one) => one.pack === pack && goodEnds.includes(one.status)));
  return bad.length > 0 && bad.every(({ pack }) => isDone(pack));
}

const goodEnds: readonly string[] = ['live', 'removed', 'unchanged'];

function failedIn(all: readonly DeploymentView[]): readonly DeploymentView[] {
  return all.filter((one) => hasFailed(one) && !isMadeGood(one, all));
}

function hasFailed({ deployment: { status, supersededBy }, checks }: DeploymentView): boolean {
  return status === 'failed' || status === 'errored' || (isBlocked(checks) && supersededBy === undefined);
}

/** What was decided at once. */
function decided({ nothing, refusal }: Push): readonly string[] {
  if (refusal !== undefined) return [`Nothing of it is deployed: ${refusalText(refusal)}`];
  if (nothing !== 'skip-asked') return [];
  return [
    `Nothing of it is deployed, as the commit says ${code('[deploy skip]')}. The next push without it brings what differs by then.`,
  ];
}

function refusedPart({ packs, removes, refusal }: PushPart): readonly string[] {
  if (refusal === undefined) return [];
  return [`❌ ${packNames([...packs, ...removes])}: ${refusalText(refusal)}`];
}

/** Packs that stay as they are. */
function leftLines({ held, gone, parts, repository, branch }: Push): readonly string[] {
  const removed = parts.flatMap((part) => part.removes);
  const left = gone.filter((pack) => !removed.includes(pack));
  const lines: string[] = [];
  if (left.length > 0)
    lines.push(
      `⚠️ ${packNames(left)} ${left.length === 1 ? 'is' : 'are'} not on ${code(branch)} any more; what is live of ${left.length === 1 ? 'it' : 'them'} stays.`,
    );
  if (held.length > 0)
    lines.push(
      `↩️ ${packNames(held)} ${held.length === 1 ? 'stays' : 'stay'} rolled back until a newer change, or ${code(`pack deploy ${repository} ${held[0] ?? ''}`)}.`,
    );
  return lines;
}

function deploymentLines(view: DeploymentView, context: ReplyContext): readonly string[] {
  const { deployment } = view;
  const url = context.url(deployment.id);
  const head = `${standing(view)} ${link(`#${deployment.id}`, url)}`;
  if (deployment.status === 'superseded' || deployment.status === 'canceled') return [head];
  const isOver = isEnd(deployment.status) || deployment.supersededBy !== undefined;
  const details = isOver ? [] : waitingLines(view, context).map((line) => clip(line, 500));
  return [
    head,
    ...details,
    whyAll(deployment),
    ...packLines(deployment, url),
    ...chatopsLines(deployment),
    ...planWarningLines(deployment.plan, 2),
  ];
}

function madeGoodLine({ deployment }: DeploymentView, context: ReplyContext): string {
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  const others = deployment.packs.filter((one) => one.status === 'live' || one.status === 'removed');
  const live = others.length === 0 ? '' : `${packNames(namesOf(others))} went live; `;
  return `↩️ ${live}what was in the way of the rest is gone, so it was tried again. ${number}`;
}

/** Where a deployment of a push stands, in a few words. */
function standing({ deployment }: DeploymentView): string {
  const { status } = deployment;
  const packs = subject(deployment);
  if (isEnd(status)) return ended(deployment, packs);
  if (deployment.canceledBy !== undefined)
    return `🛑 ${packs}: being canceled by ${person(deployment.canceledBy)}…`;
  if (deployment.supersededBy !== undefined) return `⏭️ ${packs}: making way for a newer push…`;
  if (status === 'running') return `🚂 ${packs}: on the way…`;
  return status === 'waiting' ? `⏳ ${packs}: waiting.` : `⏳ ${packs}: about to begin…`;
}

function ended(deployment: Deployment, packs: string): string {
  const { status, canceledBy, supersededBy } = deployment;
  if (status === 'superseded')
    return `⏭️ ${packs}: a newer push${supersededBy === undefined ? '' : ` (${supersededBy})`} took its place.`;
  if (status === 'canceled')
    return `🛑 ${packs}: canceled${canceledBy === undefined ? '' : ` by ${person(canceledBy)}`}.`;
  const live = deployment.packs.filter((one) => one.status === 'live' || one.status === 'removed');
  const bad = deployment.packs.filter((one) => one.status === 'failed' || one.status === 'restored');
  const time = `, took ${duration(deployment)}.`;
  if (status !== 'succeeded')
    return `❌ ${packNames(namesOf(bad)) || packs} did not go live${live.length === 0 ? '' : `; ${packNames(namesOf(live))} did`}${time}`;
  if (live.length === 0) return `✅ ${packNames(namesOf(deployment.packs)) || packs}: live as it is already.`;
  const isRemoval = live.every((one) => one.status === 'removed');
  return `✅ ${packNames(namesOf(live))} ${live.length === 1 ? 'is' : 'are'} ${isRemoval ? 'removed' : 'live'}${time}`;
}

function duration({ startedAt, requestedAt, endedAt }: Deployment): string {
  return took((endedAt ?? requestedAt).getTime() - (startedAt ?? requestedAt).getTime());
}

/** Why a deployment failed as a whole. */
function whyAll({ status, refusal }: Deployment): string {
  const hasWords = status === 'failed' || status === 'errored' || status === 'expired';
  return hasWords && refusal !== undefined ? refusalText(refusal) : '';
}

/** What is said anew when something of a push has failed: with the reason and where to look. */
function failureOf({ push, deployments }: PushView, context: PushContext): RenderedPush['failure'] {
  const failed = failedIn(deployments);
  const refused = push.parts.flatMap(refusedPart);
  if (failed.length + refused.length === 0) return undefined;
  const lines = [
    `❌ ${callOf(push, context)}Not all that was pushed to ${pushed(push)} goes live:`,
    ...failed.flatMap((one) => deploymentLines(one, context)),
    ...refused,
  ];
  return {
    of: failed.map(whatFailed).join(', '),
    text: lines.filter((line) => line !== '').join('\n'),
  };
}

/** Calls who pushed, where they are known by an account of the chat. */
function callOf({ pusher }: Push, { people = [], mention }: PushContext): string {
  const account = pusher && knownPusher(people, pusher);
  const called = account && mention?.(account);
  return called === undefined ? '' : `${called}: `;
}

/** The deployment with its newest failure: one that fails again after it was mended is another. */
function whatFailed({ deployment: { id, status }, checks }: DeploymentView): string {
  const verdicts = checks?.packs.map(({ verdict }) => verdict) ?? [];
  const times = verdicts.flatMap((one) =>
    one.kind === 'block' ? one.failed.map(({ at }) => at.getTime()) : [],
  );
  return `${id} ${status} ${Math.max(0, ...times)}`;
}

function pushed({ repository, branch, sha, author }: Push): string {
  const by = author === '' ? '' : ` by ${bold(author)}`;
  return `${bold(repository)} at ${revision({ ref: branch, sha })}${by}`;
}
