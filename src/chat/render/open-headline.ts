import type { Deployment, WaitingFor } from '../../core/deployment.js';
import type { DeploymentView } from '../../deployments/service.js';
import { checksShortly } from './checks.js';
import type { ReplyContext } from './context.js';
import { capital, em, link, listedSome } from './markdown.js';
import { asked, person, source, subject } from './names.js';
import { heldShortly } from './obstacles.js';
import { clockTime } from './time.js';

/** The first line of a deployment's reply while it is open: what happens, for whom, and where to look. */
export function openHeadline(view: DeploymentView, context: ReplyContext): string {
  const { deployment, call } = view;
  const number = link(`#${deployment.id}`, context.url(deployment.id));
  const { canceledBy, status, plan } = deployment;
  const forThem = forWhom(deployment);
  if (canceledBy !== undefined)
    return `🛑 Canceling ${thing(deployment)}: ${person(canceledBy)} asked for it… ${number}`;
  if (status === 'running') return `🚂 ${capital(doing(deployment))}${forThem}… ${number}`;
  if (plan === undefined) return `⏳ Looking at ${thing(deployment)}${forThem}… ${number}`;
  if (call !== undefined)
    return `🔔 ${person(call.requester)}, it is your turn to ${toDo(deployment)}: say ${em(call.phrase)} by ${clockTime(call.until, context)}. ${number}`;
  const why = waits(view, context);
  if (why === undefined) return `⏳ About to ${toDo(deployment)}${forThem}… ${number}`;
  return `⏳ Waiting to ${toDo(deployment)}${forThem}: ${why}. ${number}`;
}

function thing(deployment: Deployment): string {
  const { kind } = deployment.intent;
  return kind === 'deploy' ? packs(deployment) : `the ${kind} of ${subject(deployment)}${back(deployment)}`;
}

function doing(deployment: Deployment): string {
  const { kind } = deployment.intent;
  if (kind === 'deploy') return `deploying ${packs(deployment)}`;
  const to = `${subject(deployment)}${kind === 'rollback' ? ' back' : ''}${back(deployment)}`;
  return `${kind === 'rollback' ? 'rolling' : 'returning'} ${to}`;
}

function toDo(deployment: Deployment): string {
  const { kind } = deployment.intent;
  if (kind === 'deploy') return `deploy ${packs(deployment)}`;
  if (kind === 'return') return `return ${subject(deployment)}${back(deployment)}`;
  return `roll ${subject(deployment)} back${back(deployment)}`;
}

function packs(deployment: Deployment): string {
  return `${subject(deployment)}${source(deployment)}${asked(deployment)}`;
}

function back(deployment: Deployment): string {
  return asked(deployment).replace(/^ at /u, ' to ');
}

/** Whom it is for, or what set it off. */
function forWhom({ via, requester }: Deployment): string {
  if (via === 'push') return ' after a push';
  return via === 'timer' ? '' : ` for ${person(requester)}`;
}

/** What it waits for; undefined when nothing is left to wait for. */
function waits(
  { deployment, ahead, heldBy, checks }: DeploymentView,
  context: ReplyContext,
): string | undefined {
  if (checks !== undefined) return checksShortly(checks);
  const { waitingFor = 'turn' } = deployment;
  const held = heldShortly(heldBy);
  const isAsked = waitingFor === 'turn' || (waitingFor === 'lock' && held !== undefined);
  const what = isAsked ? held : waitWords[waitingFor];
  const parts = [what, placeInLine(ahead, context)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('; ');
}

function placeInLine(ahead: readonly number[], context: ReplyContext): string | undefined {
  if (ahead.length === 0) return undefined;
  const links = ahead.map((id) => link(`#${id}`, context.url(id)));
  const place = ahead.length === 1 ? 'next in line' : `number ${ahead.length + 1} in line`;
  return `${place}, after ${listedSome(links, 3)}`;
}

const waitWords: Readonly<Record<Exclude<WaitingFor, 'turn'>, string>> = {
  lock: 'it is locked for now',
  confirmation: 'it has to be confirmed',
  checks: 'its checks are not through yet',
  packs: 'others of its push go first',
  window: 'it may not run at this time',
};
