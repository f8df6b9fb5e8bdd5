import type { StepName } from '../core/deployment.js';
import type { RecordedEvent } from '../core/event.js';
import { explain, type Refusal } from '../core/reason.js';

/** How a stop on the way looks. */
export type StopState = 'done' | 'running' | 'failed' | 'waiting';

/** One stop of a deployment's way. */
export interface Stop {
  readonly label: string;
  readonly pack?: string;
  readonly state: StopState;
  readonly at: Date;
  /** When it was over; absent for a moment, and while it lasts. */
  readonly until?: Date;
  readonly note?: string;
}

/** One line of a deployment's log. */
export interface LogLine {
  readonly at: Date;
  readonly pack?: string;
  readonly line: string;
}

/** A deployment's way and its log, in order. */
export interface Timeline {
  readonly stops: readonly Stop[];
  readonly log: readonly LogLine[];
}

const stepLabels: Readonly<Record<StepName, string>> = {
  plan: 'Plan',
  turn: 'Wait for its turn',
  stage: 'Stage',
  activate: 'Activate',
  register: 'Register',
  verify: 'Verify',
  canary: 'Canary',
  remove: 'Remove',
  restore: 'Restore what was live before',
};

const endLabels = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  errored: 'Broke',
  canceled: 'Canceled',
  expired: 'Expired',
  superseded: 'Replaced by a newer one',
} as const;

/** Retells a deployment from what was recorded of it, whether it runs or ended long ago. */
export function timelineOf(events: readonly RecordedEvent[]): Timeline {
  const stops: Stop[] = [];
  const log: LogLine[] = [];
  for (const recorded of events) retell(recorded, stops, log);
  return { stops, log };
}

function retell({ at, event }: RecordedEvent, stops: Stop[], log: LogLine[]): void {
  switch (event.kind) {
    case 'requested':
      stops.push({ label: 'Requested', state: 'done', at });
      break;
    case 'planned':
      stops.push({ label: 'Planned', state: 'done', at });
      break;
    case 'queued':
      wait(stops, { label: 'In the queue', at, ...noteOf(behind(event.ahead)) });
      break;
    case 'checks':
      retellChecks(stops, at, event);
      break;
    case 'granted':
      closeWaiting(stops, at);
      break;
    case 'called':
      wait(stops, { label: 'Its turn: asked for the phrase', at, note: event.phrase });
      break;
    case 'confirmed':
      closeWaiting(stops, at);
      stops.push({ label: 'Confirmed', state: 'done', at });
      break;
    case 'missed':
      wait(stops, { label: 'Not confirmed in time: to the end of the queue', at });
      break;
    case 'deferred':
      wait(stops, { label: 'Lets the next one go first', at });
      break;
    case 'step':
      retellStep(stops, at, event);
      break;
    case 'log':
      log.push({ at, line: event.line, ...(event.pack === undefined ? {} : { pack: event.pack }) });
      break;
    case 'pack':
      retellPack(stops, at, event);
      break;
    case 'cancel-requested':
      stops.push({ label: `${event.by.name} asked to cancel`, state: 'done', at });
      break;
    case 'supersede-requested':
      stops.push({ label: `Push ${event.push} is to take its place`, state: 'done', at });
      break;
    case 'ended':
      retellEnd(stops, at, event);
  }
}

const checksLabels = {
  waiting: 'Waits for checks',
  late: 'Checks take too long',
  blocked: 'Checks have failed',
} as const;

function retellChecks(stops: Stop[], at: Date, { state, names }: EventOf<'checks'>): void {
  if (state === 'passed') closeWaiting(stops, at);
  else wait(stops, { label: checksLabels[state], at, ...noteOf(names.join(', ') || undefined) });
}

function retellEnd(stops: Stop[], at: Date, event: EventOf<'ended'>): void {
  closeWaiting(stops, at);
  const state = event.status === 'succeeded' ? 'done' : 'failed';
  stops.push({ label: endLabels[event.status], state, at, ...noteOf(words(event.refusal)) });
}

type EventOf<K extends RecordedEvent['event']['kind']> = Extract<RecordedEvent['event'], { kind: K }>;

function retellStep(stops: Stop[], at: Date, event: EventOf<'step'>): void {
  const label = stepLabels[event.step];
  const begun = stops.findLastIndex((stop) => stop.label === label && stop.pack === event.pack);
  const before = stops[begun];
  if (event.state === 'started') {
    // A step that was under way at a crash is begun again: it is still the same stop.
    if (before?.state === 'running') return;
    stops.push({ label, state: 'running', at, ...(event.pack === undefined ? {} : { pack: event.pack }) });
    return;
  }
  const state = event.state === 'done' ? 'done' : 'failed';
  if (before?.state === 'running') stops[begun] = { ...before, state, until: at };
  else stops.push({ label, state, at, ...(event.pack === undefined ? {} : { pack: event.pack }) });
}

function retellPack(stops: Stop[], at: Date, event: EventOf<'pack'>): void {
  const bad = event.status === 'failed' || event.status === 'restored';
  if (!bad) return;
  const label = event.status === 'restored' ? 'The release before is back' : 'Failed';
  stops.push({ label, pack: event.pack, state: 'failed', at, ...noteOf(words(event.refusal)) });
}

/** One waits for one thing at a time: what was waited for before is over. */
function wait(stops: Stop[], stop: Omit<Stop, 'state'>): void {
  closeWaiting(stops, stop.at);
  stops.push({ ...stop, state: 'waiting' });
}

function closeWaiting(stops: Stop[], at: Date): void {
  const index = stops.findLastIndex((stop) => stop.state === 'waiting');
  const stop = stops[index];
  if (stop !== undefined) stops[index] = { ...stop, state: 'done', until: at };
}

function behind(ahead: readonly number[]): string | undefined {
  return ahead.length === 0 ? undefined : `behind ${ahead.map((id) => `#${id}`).join(', ')}`;
}

function words(refusal: Refusal | undefined): string | undefined {
  if (refusal === undefined) return undefined;
  const { what, next } = explain(refusal);
  return [what, next].filter((part) => part !== '').join(' ');
}

function noteOf(note: string | undefined): { note?: string } {
  return note === undefined ? {} : { note };
}
