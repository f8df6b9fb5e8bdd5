import type { EndStatus, PackStatus } from '../core/deployment.js';
import type { ChecksState, DeploymentEvent } from '../core/event.js';
import { type Refusal, sentence } from '../core/reason.js';
import type { Style } from './style.js';

const packMarks: Readonly<Record<PackStatus, string>> = {
  pending: '·',
  running: '…',
  live: '✓',
  removed: '✓',
  unchanged: '=',
  failed: '✗',
  restored: '↩',
  skipped: '–',
};

const packWords: Readonly<Record<PackStatus, string>> = {
  pending: 'waits',
  running: 'is under way',
  live: 'is live',
  removed: 'is removed',
  unchanged: 'was live already',
  failed: 'failed',
  restored: 'failed; the release before is live again',
  skipped: 'was left out',
};

/** One event in words, or undefined when there is nothing to tell. */
export function eventLine(event: DeploymentEvent, style: Style): string | undefined {
  switch (event.kind) {
    case 'requested':
      return 'asked for';
    case 'planned':
      return 'planned';
    case 'queued':
      return event.ahead.length === 0
        ? 'queued'
        : `queued behind ${event.ahead.map((id) => `#${id}`).join(', ')}`;
    case 'checks':
      return checksLine(event.state, event.names);
    case 'granted':
      return 'its turn has come';
    case 'called':
      return `its turn has come: say "${event.phrase}" where you asked, or \`packtrain confirm\`, by ${event.until}`;
    case 'confirmed':
      return 'confirmed';
    case 'missed':
      return 'its turn passed without a word; it waits at the tail';
    case 'deferred':
      return 'lets the next one go first';
    case 'step':
      return `${inPack(event.pack)}${event.step} ${stepWord(event.state, style)}`;
    case 'log':
      return `${inPack(event.pack)}${event.line}`;
    case 'pack':
      return packLine(event.pack, event, style);
    case 'cancel-requested':
      return `${event.by.name} asked to cancel it`;
    case 'supersede-requested':
      return `push ${event.push} is to take its place`;
    case 'ended':
      return endLine(event, style);
    default:
      return undefined;
  }
}

function checksLine(state: ChecksState, names: readonly string[]): string {
  if (state === 'passed') return 'its checks have passed';
  const words = {
    waiting: 'waits for checks',
    late: 'still waits for checks',
    blocked: 'checks have failed',
  };
  return names.length === 0 ? words[state] : `${words[state]}: ${names.join(', ')}`;
}

/** What became of one pack. */
export function packLine(
  pack: string,
  { status, refusal }: { readonly status: PackStatus; readonly refusal?: Refusal },
  style: Style,
): string {
  const text = `${packMarks[status]} ${style.bold(pack)} ${packWords[status]}${because(refusal)}`;
  if (status === 'failed' || status === 'restored') return style.red(text);
  return status === 'live' ? style.green(text) : text;
}

function endLine(end: { readonly status: EndStatus; readonly refusal?: Refusal }, style: Style): string {
  const colour = end.status === 'succeeded' ? style.green : style.red;
  return `${colour(style.bold(end.status))}${because(end.refusal)}`;
}

function because(refusal: Refusal | undefined): string {
  return refusal === undefined ? '' : `: ${wordsOf(refusal)}`;
}

// A newer server may have reasons that this command line does not know.
function wordsOf(refusal: Refusal): string {
  try {
    return sentence(refusal);
  } catch {
    return refusal.code;
  }
}

function inPack(pack: string | undefined): string {
  return pack === undefined ? '' : `${pack}: `;
}

function stepWord(state: 'started' | 'done' | 'failed', style: Style): string {
  if (state === 'started') return '…';
  return state === 'done' ? 'done' : style.red('failed');
}
