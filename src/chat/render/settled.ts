import type { Person } from '../../core/access.js';
import type { Borrow } from '../../core/borrow.js';
import type { Deployment } from '../../core/deployment.js';
import { personName } from '../../core/identity.js';
import type { CallNotice, Notice, ReturnSoonNotice } from '../../core/notice.js';
import { bold } from './markdown.js';
import { person } from './names.js';
import { type Clockwork, clockTime } from './time.js';

/** A notice that asks for something, until somebody did it or its time was over. */
export type AskingNotice = CallNotice | ReturnSoonNotice;

/** Whether a notice asks for something. */
export function isAsking(notice: Notice): notice is AskingNotice {
  return notice.kind === 'call' || notice.kind === 'return-soon';
}

/** What came of a call, once it is over. */
export function callOutcome({ status, waitingFor, canceledBy }: Deployment): string {
  if (status === 'canceled')
    return canceledBy === undefined ? '🛑 It was canceled.' : `🛑 Canceled by ${person(canceledBy)}.`;
  if (status === 'expired') return '⌛ It expired.';
  if (status === 'superseded') return '⏭️ Something newer took its place.';
  const isBack = status === 'queued' || (status === 'waiting' && waitingFor !== 'checks');
  return isBack ? '⏭️ The turn was passed on.' : '👍 Confirmed.';
}

/** What came of a warning that a pack goes back soon, once it is over. */
export function returnSoonOutcome(
  { to, pack, ref }: ReturnSoonNotice,
  { borrow, people, ...clock }: Clockwork & { borrow: Borrow | undefined; people: readonly Person[] },
): string {
  if (borrow === undefined || borrow.ref !== ref) return `↩️ ${bold(pack)} is not borrowed any more.`;
  if (personName(people, borrow.holder) !== personName(people, to))
    return `🤝 ${person(borrow.holder)} has ${bold(pack)} now.`;
  return `⏳ Extended until ${clockTime(borrow.until, clock)}.`;
}
