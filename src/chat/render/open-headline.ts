import type { Deployment, WaitingFor } from '../../core/deployment.js';
import type { DeploymentView } from '../../deployments/service.js';
import type { ReplyContext } from './context.js';
import { link, listedSome } from './markdown.js';
import { asked, person, source, subject } from './names.js';

/** The first line of a deployment's reply while it is open: what happens, for whom, and where to look. */
export function openHeadline(view: DeploymentView, context: ReplyContext): string {
  const { deployment } = view;
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  const { canceledBy, status } = deployment;
  if (canceledBy !== undefined)
    return `🛑 Canceling ${what(deployment)}: ${person(canceledBy)} asked for it… ${number}`;
  if (status === 'running') return `🚂 ${doing(deployment)}${forWhom(deployment)}… ${number}`;
  if (deployment.plan === undefined)
    return `⏳ Looking at ${what(deployment)}${forWhom(deployment)}… ${number}`;
  return `⏳ ${waits(view, context)} ${number}`;
}

function what(deployment: Deployment): string {
  const isRollback = deployment.intent.kind === 'rollback';
  return `${isRollback ? 'the rollback of ' : ''}${named(deployment)}`;
}

function named(deployment: Deployment): string {
  return deployment.intent.kind === 'rollback'
    ? `${subject(deployment)}${asked(deployment).replace(/^ at /u, ' to ')}`
    : `${subject(deployment)}${source(deployment)}${asked(deployment)}`;
}

function doing(deployment: Deployment): string {
  if (deployment.intent.kind === 'deploy') return `Deploying ${named(deployment)}`;
  return `Rolling ${subject(deployment)} back${asked(deployment).replace(/^ at /u, ' to ')}`;
}

/** Whom it is for, or what set it off. */
export function forWhom({ via, requester }: Deployment): string {
  if (via === 'push') return ' after a push';
  return via === 'timer' ? '' : ` for ${person(requester)}`;
}

function waits({ deployment, ahead }: DeploymentView, context: ReplyContext): string {
  const it = `${what(deployment)}${forWhom(deployment)}`;
  const { waitingFor = 'turn' } = deployment;
  if (waitingFor !== 'turn') return `${it} waits ${waitWords[waitingFor]}.`;
  if (ahead.length === 0) return `${it} is about to begin.`;
  const links = ahead.map((id) => link(`#${id}`, context.url(id)));
  const place = ahead.length === 1 ? 'next in line' : `number ${ahead.length + 1} in line`;
  return `${it} waits for its turn: ${place}, after ${listedSome(links, 3)}.`;
}

const waitWords: Readonly<Record<Exclude<WaitingFor, 'turn'>, string>> = {
  lock: 'until its lock is taken off',
  confirmation: 'for a confirmation',
  checks: 'for its checks',
  window: 'for the time in which it may run',
};
