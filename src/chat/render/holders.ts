import type { BorrowView } from '../../core/borrow.js';
import { isLocking, type Lock } from '../../core/lock.js';
import type { LiveView } from '../../deployments/service.js';
import type { RenderContext } from './context.js';
import { person } from './names.js';
import { untilWords } from './obstacles.js';

/** What is borrowed and locked. */
export interface Holders {
  readonly borrows: readonly BorrowView[];
  readonly locks: readonly Lock[];
}

/** Who has borrowed or locked a live pack, and until when, in a few words for lists; nothing where nobody has. */
export function holderWords(
  { pack, target, live }: Pick<LiveView, 'pack' | 'target' | 'live'>,
  { borrows, locks }: Holders,
  context: RenderContext,
): string {
  const borrow = borrows.find((one) => one.pack === pack && one.target === target);
  const lock = locks.find((one) => isLocking(one, pack, live.repository));
  const borrowed =
    borrow === undefined ? '' : `, ✋ borrowed by ${person(borrow.holder)} ${untilWords(borrow, context)}`;
  return lock === undefined ? borrowed : `${borrowed}, 🔒 locked by ${person(lock.by)}`;
}
