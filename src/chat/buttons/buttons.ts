import type { Button } from '../../core/chat.js';
import type { Intent } from '../../core/intent.js';

/** The most that a value may have; some platforms take no more. */
const longestValue = 100;
const extendMs = 30 * 60_000;

/**
 * What a button asks for. It is bound to what stood above it: to one turn by its deployment and its end, to one borrow by
 * its pack and its end. Once that is over the button asks for nothing.
 */
export type Press =
  | { readonly kind: 'cancel'; readonly deployment: number }
  | { readonly kind: 'confirm' | 'defer'; readonly deployment: number; readonly until: Date }
  | { readonly kind: 'extend' | 'return'; readonly pack: string; readonly until: Date }
  | { readonly kind: 'skip'; readonly pack: string };

/** The value of a button; undefined when it would be too long. */
export function encodePress(press: Press): string | undefined {
  const what = 'deployment' in press ? String(press.deployment) : press.pack;
  const until = 'until' in press ? [press.until.getTime().toString(36)] : [];
  const value = [press.kind, what, ...until].join(' ');
  return value.length > longestValue ? undefined : value;
}

/** What the value of a button asks for; undefined when no button of ours has it. Never throws. */
export function decodePress(value: string): Press | undefined {
  const [, kind = '', what = '', end = ''] = /^([a-z]+) (\w+)(?: ([0-9a-z]{1,10}))?$/.exec(value) ?? [];
  const until = new Date(Number.parseInt(end, 36));
  const deployment = /^[1-9]\d{0,14}$/.test(what) ? Number(what) : undefined;
  const hasEnd = !Number.isNaN(until.getTime());
  if (kind === 'cancel' && deployment !== undefined) return { kind, deployment };
  if ((kind === 'confirm' || kind === 'defer') && deployment !== undefined && hasEnd)
    return { kind, deployment, until };
  if ((kind === 'extend' || kind === 'return') && hasEnd) return { kind, pack: what, until };
  return kind === 'skip' ? { kind, pack: what } : undefined;
}

/** The intent of who presses. */
export function intentOf(press: Press): Intent {
  switch (press.kind) {
    case 'extend':
      return { kind: 'extend', pack: press.pack, by: extendMs };
    case 'return':
    case 'skip':
      return { kind: press.kind, pack: press.pack };
    default:
      return { kind: press.kind, deployment: press.deployment };
  }
}

/** What can be done about a deployment that has changed nothing yet. */
export function waitingButtons(deployment: number): readonly Button[] {
  return buttons([['Cancel', { kind: 'cancel', deployment }, 'danger']]);
}

/** What can be done when one's turn has come. */
export function callButtons(deployment: number, until: Date): readonly Button[] {
  return buttons([
    ['Confirm', { kind: 'confirm', deployment, until }, 'primary'],
    ['Defer', { kind: 'defer', deployment, until }],
    ['Cancel', { kind: 'cancel', deployment }, 'danger'],
  ]);
}

/** What can be done when a borrowed pack goes back soon. */
export function returnSoonButtons(pack: string, until: Date): readonly Button[] {
  return buttons([
    ['Extend by 30m', { kind: 'extend', pack, until }, 'primary'],
    ['Return', { kind: 'return', pack, until }],
  ]);
}

/** How many packs of a draft have a button of their own. */
const mostSkipped = 4;

/** What can be done about news before they go out. */
export function draftButtons(packs: readonly string[]): readonly Button[] {
  const label = (pack: string) => (packs.length === 1 ? 'Skip' : `Skip ${pack}`);
  return buttons(packs.slice(0, mostSkipped).map((pack) => [label(pack), { kind: 'skip', pack }]));
}

type Wanted = readonly [label: string, press: Press, style?: 'primary' | 'danger'];

function buttons(wanted: readonly Wanted[]): readonly Button[] {
  return wanted.flatMap(([label, press, style]) => {
    const value = encodePress(press);
    return value === undefined ? [] : [{ label, value, ...(style === undefined ? {} : { style }) }];
  });
}
