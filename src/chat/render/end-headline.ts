import type { Deployment, PackOutcome } from '../../core/deployment.js';
import { bold, capital, count } from './markdown.js';
import { asked, goesBackToNothing, namesOf, packNames, person, revision, source, subject } from './names.js';

/** The packs of a deployment that has ended, by what became of them. */
interface Ends {
  readonly all: readonly PackOutcome[];
  readonly live: readonly PackOutcome[];
  readonly failed: readonly PackOutcome[];
  /** Neither live nor failed: nothing was done to them, or not to the end. */
  readonly left: readonly PackOutcome[];
}

function endsOf({ packs }: Deployment): Ends {
  const all = packs.filter((one) => one.status !== 'unchanged');
  const live = all.filter((one) => one.status === 'live' || one.status === 'removed');
  const failed = all.filter((one) => one.status === 'failed' || one.status === 'restored');
  return { all, live, failed, left: all.filter((one) => !live.includes(one) && !failed.includes(one)) };
}

/** The first line of a deployment's reply once it has ended: the verdict, true for every pack. */
export function endHeadline(deployment: Deployment): string {
  const ends = endsOf(deployment);
  const { status, canceledBy } = deployment;
  if (status === 'succeeded' && ends.live.length === ends.all.length) return succeeded(deployment, ends);
  if (canceledBy !== undefined && ends.failed.length === 0)
    return canceled(deployment, ends, canceledBy.name);
  if (status === 'expired')
    return `⌛ ${capital(thing(deployment))} expired: nobody confirmed it in time. ${untouched(ends)}`;
  if (status === 'superseded')
    return `⏭️ Something newer took the place of ${thing(deployment)}. ${untouched(ends)}`;
  return failed(deployment, ends);
}

function succeeded(deployment: Deployment, { live }: Ends): string {
  const at = deployment.plan === undefined ? '' : ` at ${revision(deployment.plan.revision)}`;
  if (goesBackToNothing(deployment))
    return `✅ ${subject(deployment)} is removed: nothing of it was live before.`;
  if (live.length > 0 && live.every((one) => one.status === 'removed'))
    return `✅ ${packNames(namesOf(live))} ${are(live.length)} removed:${source(deployment).replace(' from', '')} has ${live.length === 1 ? 'it' : 'them'} no more${at}.`;
  if (deployment.intent.kind !== 'deploy') return `✅ ${subject(deployment)} is back${at}.`;
  const from = source(deployment);
  if (live.length > 0) return `✅ ${packNames(namesOf(live))}${from} ${are(live.length)} live${at}.`;
  const already = namesOf(deployment.packs);
  return `✅ Nothing to do: ${packNames(already) || 'everything'}${from} ${are(already.length)} live${at} already.`;
}

function canceled(deployment: Deployment, { all, live }: Ends, by: string): string {
  const who = `canceled by ${bold(by)}`;
  if (live.length === 0) return `🛑 ${capital(thing(deployment))} was ${who}. Nothing was changed.`;
  return `🛑 ${capital(thing(deployment))} was ${who} on its way: ${live.length} of ${count(all.length, 'pack')} ${are(live.length)} live, the rest is as it was.`;
}

function failed(deployment: Deployment, ends: Ends): string {
  const { all, live, failed: bad } = ends;
  if (live.length > 0) return `❌ ${partly(deployment, ends)}`;
  if (deployment.intent.kind !== 'deploy') return `❌ ${backFailed(deployment, bad)}`;
  const from = source(deployment);
  if (all.length > 1)
    return `❌ None of the ${count(all.length, 'pack')}${from} could be deployed${at(deployment)}.`;
  const [only] = bad;
  // What is live now is uncertain then.
  if (only?.refusal?.code === 'restore-failed')
    return `❌ ${capital(whole(deployment))} failed, and needs somebody to look at it.`;
  const back = only?.status === 'restored' ? '; the release before is live again' : '';
  return `❌ ${capital(whole(deployment))} did not go live${back}.`;
}

/** Some are live and some are not; what is wrong comes first. */
function partly(deployment: Deployment, { all, live, failed: bad, left }: Ends): string {
  const undone =
    left.length === 0 ? [] : [`${left.length} ${left.length === 1 ? 'was' : 'were'} not carried out`];
  const broken = bad.length === 0 ? [] : [`${bad.length} failed: ${packNames(namesOf(bad))}`];
  const verdict = [...broken, ...undone].join(', ');
  if (verdict === '')
    return `${capital(packNames(namesOf(live)))}${source(deployment)} ${are(live.length)} live${at(deployment)}, but something broke after that.`;
  const rest = live.length === 1 ? 'The other one is' : `The other ${live.length} are`;
  return `Of ${count(all.length, 'pack')}${source(deployment)}, ${verdict}. ${rest} live${at(deployment)}.`;
}

function whole(deployment: Deployment): string {
  return `${subject(deployment)}${source(deployment)}${asked(deployment)}`;
}

function backFailed(deployment: Deployment, bad: readonly PackOutcome[]): string {
  const verb = deployment.intent.kind === 'return' ? 'returned' : 'rolled back';
  const to = asked(deployment).replace(/^ at /u, ' to ');
  const back = bad[0]?.status === 'restored' ? '; what was live before is live again' : '';
  return `${subject(deployment)} was not ${verb}${to}${back}.`;
}

function thing(deployment: Deployment): string {
  const what = `${subject(deployment)}${source(deployment)}`;
  const { kind } = deployment.intent;
  if (kind !== 'deploy') return `the ${kind} of ${subject(deployment)}`;
  return `the deployment of ${what}`;
}

function at({ plan }: Deployment): string {
  return plan === undefined ? '' : ` at ${revision(plan.revision)}`;
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function untouched({ live }: Ends): string {
  return live.length === 0 ? 'Nothing was changed.' : '';
}

/** Who asked for what has ended. */
export function endedFor(
  { via, requester }: Deployment,
  mention?: (actor: Deployment['requester']) => string | undefined,
): string {
  if (via === 'push') return 'After a push';
  if (via === 'timer') return 'By itself';
  return `For ${mention?.(requester) ?? person(requester)}`;
}
