import type { ShownDeliveries, ShownDelivery } from './contract.js';
import type { Style } from './style.js';

const marks: Readonly<Record<string, string>> = { noted: '✓', nothing: '–', unreadable: '✗', broken: '✗' };

/** One delivery on one line: its number, when it came, from where, and what came of it. */
export function deliveryLine(delivery: ShownDelivery, style: Style): string {
  const { id, host, event, receivedAt, repositories, outcome } = delivery;
  const at = style.dim(`${receivedAt.slice(0, 19).replace('T', ' ')}Z`);
  const from = event === undefined ? host : `${host} ${event}`;
  const about = repositories.length === 0 ? '' : ` ${style.bold(repositories.join(', '))}`;
  const mark = marks[outcome?.kind ?? ''] ?? '…';
  return `${mark} ${id} ${at} ${from}${about}: ${outcome?.what ?? 'not looked at yet'}`;
}

/** What came since the server's start, one line for each host. */
export function countLines({ counts }: ShownDeliveries): readonly string[] {
  return Object.entries(counts).map(([host, one]) => {
    const parts = [
      `${one.accepted} accepted`,
      one.repeated > 0 ? `${one.repeated} of them known already` : '',
      one.unsigned > 0 ? `${one.unsigned} without a right signature` : '',
      one.tooLarge > 0 ? `${one.tooLarge} too large` : '',
      one.putOff > 0 ? `${one.putOff} put off` : '',
    ];
    return `${host}, since the server's start: ${parts.filter((part) => part !== '').join(', ')}`;
  });
}

/** The exit code for what came of a delivery: 5 when it could not be read, 7 when it could not be passed on. */
export function exitCodeFor({ outcome }: ShownDelivery): number {
  if (outcome === undefined || outcome.kind === 'broken') return 7;
  return outcome.kind === 'unreadable' ? 5 : 0;
}
