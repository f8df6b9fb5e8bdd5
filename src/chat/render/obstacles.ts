import type { BorrowView } from '../../core/borrow.js';
import { type Lock, type LockScope, scopeName } from '../../core/lock.js';
import type { Obstacle } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { bold, capital, clip, code, em, listedSome } from './markdown.js';
import { person } from './names.js';
import { clockTime } from './time.js';

const listedMost = 3;

/** What holds a deployment up, a line each: who, what, since and until when, why, and how it ends. */
export function obstacleLines(heldBy: readonly Obstacle[], context: RenderContext): readonly string[] {
  const lines = [...new Set(heldBy.map((one) => obstacleLine(one, context)))];
  const shown = lines.length <= listedMost + 1 ? lines : lines.slice(0, listedMost);
  const rest = lines.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [`✋ …and ${rest} more`])];
}

function obstacleLine(obstacle: Obstacle, context: RenderContext): string {
  if (obstacle.kind === 'lock')
    return `🔒 ${lockLine(obstacle.lock, context)}. ${person(obstacle.lock.by)} ends it with ${unlockCommand(obstacle.lock)}.`;
  const { borrow } = obstacle;
  const line = `✋ ${borrowLine(borrow, context)}.`;
  if (borrow.isStranded)
    return borrow.attempts > 0
      ? line
      : `${line} It can't go back before ${bold(borrow.repository)} is in packtrain.yaml again.`;
  return `${line} ${person(borrow.holder)} ends it sooner with ${code(`pack return ${borrow.pack}`)}.`;
}

/** What holds a deployment up, in a few words; undefined when nothing does. */
export function heldShortly(heldBy: readonly Obstacle[]): string | undefined {
  if (heldBy.length === 0) return undefined;
  const words = heldBy.map((one) =>
    one.kind === 'borrow'
      ? `${person(one.borrow.holder)} has ${bold(one.borrow.pack)}`
      : `${person(one.lock.by)} locked ${scopeWords(one.lock.scope)}`,
  );
  return listedSome([...new Set(words)], listedMost);
}

/** A borrow on one line: who has which pack on which branch, since when and until when. */
export function borrowLine(borrow: BorrowView, context: RenderContext): string {
  const { pack, ref, holder, since } = borrow;
  return `${bold(pack)} is borrowed by ${person(holder)} on ${em(ref)} since ${clockTime(since, context)}, ${untilWords(borrow, context)}`;
}

/** Until when a pack is borrowed; a return that did not work yet is told as such. */
export function untilWords(
  borrow: Pick<BorrowView, 'repository' | 'until' | 'attempts' | 'nextTryAt' | 'isStranded'>,
  context: RenderContext,
): string {
  const { repository, until, attempts, nextTryAt, isStranded } = borrow;
  if (attempts === 0) return `until ${clockTime(until, context)}`;
  if (isStranded)
    return `due back since ${clockTime(until, context)}, once ${bold(repository)} is in packtrain.yaml again`;
  const next = nextTryAt === undefined ? '' : `, tried again at ${clockTime(nextTryAt, context)}`;
  return `due back since ${clockTime(until, context)}${next}`;
}

/** A lock on one line: what is locked, by whom, since when, until when and why. */
export function lockLine({ scope, by, because, since, until }: Lock, context: RenderContext): string {
  const end = until === undefined ? '' : ` until ${clockTime(until, context)}`;
  return `${capital(scopeWords(scope))} is locked by ${person(by)} since ${clockTime(since, context)}${end}, because ${em(clip(because, 200))}`;
}

/** What a lock holds, in the middle of a sentence. */
export function scopeWords(scope: LockScope): string {
  if (scope.kind === 'everything') return 'everything';
  return scope.kind === 'pack' ? bold(scope.pack) : `repository ${bold(scope.repository)}`;
}

/** The command that ends a lock. */
export function unlockCommand({ scope }: Pick<Lock, 'scope'>): string {
  return code(`pack unlock ${scope.kind === 'repository' ? 'repository ' : ''}${scopeName(scope)}`);
}
