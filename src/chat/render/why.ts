import { isEnd } from '../../core/deployment.js';
import type { Push } from '../../core/push.js';
import type { WhyView } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { historyLine } from './history.js';
import { bold, clip, code } from './markdown.js';
import { revision } from './names.js';
import { borrowLine, lockLine } from './obstacles.js';
import { driftLine, liveLine, openLine } from './status.js';
import { ago } from './time.js';

const queueListed = 3;

/** Why a pack is as it is: first the one thing that blocks, then the way from what was pushed to what is live. */
export function renderWhy(why: WhyView, context: RenderContext): string {
  const lines = [
    ...newest(why, context),
    ...asked(why, context),
    ...waiting(why, context),
    ...held(why, context),
    ...live(why, context),
  ];
  return [verdict(why), ...lines.map((line) => `• ${clip(line, 500)}`)].join('\n');
}

function verdict({ view, block }: WhyView): string {
  const pack = bold(view.pack);
  if (block === undefined) return `✅ Nothing blocks ${pack}.`;
  const owner = block.owner === '' ? '' : ` ${bold(block.owner)} can clear it:`;
  const clear = block.command === '' ? '' : `${owner || ' To clear it, say'} ${code(block.command)}`;
  return `❗ ${pack}: ${block.what.replace(/\.$/u, '')}.${clear}`;
}

function newest({ newest: at, view, push }: WhyView, context: RenderContext): readonly string[] {
  const isLive = at !== undefined && view.live?.live.revision.sha === at.sha;
  const by = push === undefined ? '' : pushWords(push, context);
  // The newest commit and the newest push that was seen are the same unless one came just now.
  if (at === undefined || (push !== undefined && push.sha !== at.sha)) {
    const seen = push === undefined ? [] : [`Seen: ${revision({ ref: push.branch, sha: push.sha })}${by}.`];
    const newer = at === undefined ? [] : [`Pushed: ${revision(at)} is the newest of the default branch.`];
    return [...newer, ...seen];
  }
  return [
    `Pushed: ${revision(at)} is the newest of the default branch${by}${isLive ? ', and it is live' : ''}.`,
  ];
}

/** Who pushed it, and when: ` (push 12 by *ann*, 3 minutes ago)`. */
function pushWords({ id, author, at }: Push, context: RenderContext): string {
  const by = author === '' ? '' : ` by ${bold(author)}`;
  return ` (push ${id}${by}, ${ago(at, context.now)})`;
}

/** The newest deployment that has ended; those that are open come as waiting. */
function asked({ history }: WhyView, context: RenderContext): readonly string[] {
  const last = history.find((one) => isEnd(one.status));
  return last === undefined ? [] : [`Last: ${historyLine(last, context)}`];
}

function waiting({ view }: WhyView, context: RenderContext): readonly string[] {
  const shown = view.queue.slice(0, queueListed);
  const rest = view.queue.length - shown.length;
  return [
    ...shown.map((one) => `Open: ${openLine(one, context)}`),
    ...(rest === 0 ? [] : [`…and ${rest} more, see ${code(`pack queue ${view.pack}`)}`]),
  ];
}

function held({ view: { borrow, locks } }: WhyView, context: RenderContext): readonly string[] {
  const borrowed = borrow === undefined ? [] : [`Held: ${borrowLine(borrow, context)}.`];
  return [...borrowed, ...locks.map((lock) => `Held: ${lockLine(lock, context)}.`)];
}

function live({ view }: WhyView, context: RenderContext): readonly string[] {
  if (view.live === undefined) return ['Live: nothing yet.'];
  return [`Live: ${liveLine(view.live, context, true)}`, ...driftLine(view.live, true)];
}
