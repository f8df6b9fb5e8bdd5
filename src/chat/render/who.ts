import type { Lock } from '../../core/lock.js';
import type { PackView } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { bold, bullets, clip, code, listedSome } from './markdown.js';
import { person } from './names.js';
import { borrowLine, lockLine } from './obstacles.js';
import { liveLine } from './status.js';

const listedMost = 15;

/** Who has borrowed or locked what, and who waits for it. */
export function renderWho(
  {
    packs,
    locks,
    pack,
  }: { readonly packs: readonly PackView[]; readonly locks: readonly Lock[]; readonly pack?: string },
  context: RenderContext,
): string {
  if (pack !== undefined) return packs.map((view) => renderOne(view, context, packs.length > 1)).join('\n');
  const lines = [
    ...locks.map((lock) => `🔒 ${lockLine(lock, context)}`),
    ...packs.flatMap((view) => borrowed(view, context)),
  ];
  if (lines.length === 0) return 'Nobody has borrowed or locked anything.';
  return bullets(
    lines.map((line) => clip(line, 500)),
    listedMost,
    'say `pack who` with a pack',
  );
}

function borrowed(view: PackView, context: RenderContext): readonly string[] {
  return view.borrow === undefined ? [] : [`✋ ${borrowLine(view.borrow, context)}${waiting(view)}`];
}

function renderOne(view: PackView, context: RenderContext, isNamed: boolean): string {
  const { pack, borrow, locks, live, queue } = view;
  const where = isNamed ? ` on ${bold(view.target)}` : '';
  const held = [
    ...(borrow === undefined ? [] : [`✋ ${borrowLine(borrow, context)}${where}.`]),
    ...locks.map((lock) => `🔒 ${lockLine(lock, context)}.`),
  ];
  const nobody = `Nobody has borrowed or locked ${bold(pack)}${where}.`;
  const wait = queue.length === 0 ? [] : [`${waiters(view)}: see ${code(`pack queue ${pack}`)}.`];
  const lines = [...(held.length === 0 ? [nobody] : held), ...wait];
  return [...lines, ...(live === undefined ? [] : [`Live: ${liveLine(live, context, true)}`])]
    .map((line) => clip(line, 500))
    .join('\n');
}

function waiting(view: PackView): string {
  return view.queue.length === 0 ? '' : `; ${waiters(view)}`;
}

function waiters({ queue }: PackView): string {
  const names = [...new Set(queue.map((one) => person(one.deployment.requester)))];
  return `${listedSome(names, 3)} ${names.length === 1 ? 'has' : 'have'} a deployment open`;
}
