import type { DeploymentView } from '../../deployments/service.js';
import { keepOrReturn } from './borrow-words.js';
import { checkLines } from './checks.js';
import type { ReplyContext } from './context.js';
import { bold, link } from './markdown.js';
import { packNames, person, revision } from './names.js';
import { obstacleLines } from './obstacles.js';
import { clockTime } from './time.js';

/** What there is to say of a deployment that is not running yet: what holds it up, for how long, and what moved. */
export function waitingLines(view: DeploymentView, context: ReplyContext): readonly string[] {
  const { deployment } = view;
  if (deployment.canceledBy !== undefined || deployment.status === 'running') return [];
  const before = deployment.plan?.revision;
  const from = view.call?.movedFrom;
  const moved =
    from === undefined || before === undefined
      ? []
      : [`It moved since: ${revision(from)} → ${revision(before)}.`];
  return [
    ...checkLines(view.checks, context),
    ...needLines(view, context),
    ...obstacleLines(view.heldBy, context),
    ...moved,
    ...estimate(view, context),
    ...missed(view),
  ];
}

function needLines({ needs = [] }: DeploymentView, context: ReplyContext): readonly string[] {
  return needs.map(({ pack, on, deployment }) => {
    const number = link(`#${deployment}`, context.url(deployment));
    return `🔗 ${bold(pack)} needs ${bold(on)}, so it goes after ${number}.`;
  });
}

function estimate({ expectedAt, call }: DeploymentView, context: ReplyContext): readonly string[] {
  if (expectedAt === undefined || call !== undefined || expectedAt <= context.now) return [];
  return [`Its turn comes about ${clockTime(expectedAt, context)}.`];
}

function missed({ hasMissed, deployment }: DeploymentView): readonly string[] {
  if (hasMissed !== true) return [];
  const who = person(deployment.requester);
  return [
    `Its turn passed once without a word from ${who}, so it went to the tail; it expires if it passes again.`,
  ];
}

/** The borrows that a deployment made, with what their holder can say. */
export function borrowedLines({ borrowed = [] }: DeploymentView, context: ReplyContext): readonly string[] {
  const [first, second] = borrowed;
  if (first === undefined) return [];
  const until = clockTime(first.until, context);
  if (second === undefined)
    return [`${bold(first.pack)} is yours until ${until}; ${keepOrReturn(first.pack)}`];
  const names = packNames(borrowed.map((one) => one.pack));
  return [`${names} are yours until ${until}; for each, ${keepOrReturn(first.pack)}`];
}
