import type { EndStatus, PackStatus, StepName } from '../core/deployment.js';
import { packSteps } from '../core/deployment.js';
import type { DeploymentEvent } from '../core/event.js';
import type { Refusal } from '../core/reason.js';

/** What is known of one pack while its deployment is watched. */
export interface PackProgress {
  readonly status: PackStatus;
  readonly step?: StepName;
  readonly refusal?: Refusal;
  /** How many of its steps are behind it; a target may leave some out. */
  readonly done: number;
  /** Whether it has a canary, as far as is known: that is one step more. */
  readonly hasCanary?: boolean;
}

/** How far a watched deployment is: what its events so far add up to. */
export interface WatchedDeployment {
  readonly id: number;
  /** Milliseconds since the epoch; the first event's. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly phase: 'asked' | 'planned' | 'queued' | 'called' | 'running' | 'stopping' | 'ended';
  /** What it waits behind. */
  readonly ahead: readonly number[];
  readonly packs: ReadonlyMap<string, PackProgress>;
  readonly current: { readonly step: StepName; readonly pack?: string } | undefined;
  readonly end: { readonly status: EndStatus; readonly refusal?: Refusal } | undefined;
}

/** A deployment of which nothing was seen yet. */
export function unseen(id: number): WatchedDeployment {
  const nothing = { since: undefined, until: undefined, current: undefined, end: undefined };
  return { id, ...nothing, phase: 'asked', ahead: [], packs: new Map() };
}

/** The steps that there are, as far as the packs are known, and those that are behind. */
export function stepsOf({ packs }: WatchedDeployment): { readonly done: number; readonly total: number } {
  const changing = [...packs.values()].filter(({ status }) => status !== 'unchanged');
  return {
    done: changing.reduce((sum, pack) => sum + pack.done, 0),
    total: changing.reduce((sum, pack) => sum + lengthOf(pack), 0),
  };
}

/** Adds the packs of the plan, so that the bar knows its length. */
export function withPacks(
  watched: WatchedDeployment,
  packs: readonly { readonly pack: string; readonly status: PackStatus }[],
): WatchedDeployment {
  const known = new Map<string, PackProgress>(packs.map(({ pack, status }) => [pack, { status, done: 0 }]));
  return { ...watched, packs: new Map([...known, ...watched.packs]) };
}

/** Adds one event, which happened at a time in milliseconds since the epoch. */
export function seen(before: WatchedDeployment, event: DeploymentEvent, at: number): WatchedDeployment {
  const watched = { ...before, since: before.since ?? at };
  switch (event.kind) {
    case 'planned':
      return { ...watched, phase: 'planned' };
    case 'queued':
      return { ...watched, phase: 'queued', ahead: event.ahead };
    case 'granted':
      return { ...watched, phase: 'running', ahead: [] };
    case 'called':
      return { ...watched, phase: 'called', ahead: [] };
    case 'confirmed':
      return { ...watched, phase: 'running', ahead: [] };
    case 'missed':
    case 'deferred':
      return { ...watched, phase: 'queued', ahead: [] };
    case 'step':
      return withStep(watched, event);
    case 'pack':
      return withPack(watched, event);
    case 'cancel-requested':
      return { ...watched, phase: 'stopping' };
    case 'ended':
      return { ...watched, phase: 'ended', until: at, current: undefined, end: endOf(event) };
    default:
      return watched;
  }
}

type EventOf<K extends DeploymentEvent['kind']> = Extract<DeploymentEvent, { kind: K }>;

const allSteps: readonly StepName[] = [...packSteps, 'canary'];

function lengthOf(pack: PackProgress | undefined): number {
  return pack?.hasCanary === true ? allSteps.length : packSteps.length;
}

function withStep(watched: WatchedDeployment, event: EventOf<'step'>): WatchedDeployment {
  const { step, pack, state } = event;
  const current = { step, ...(pack === undefined ? {} : { pack }) };
  if (pack === undefined) return { ...watched, current };
  const place = allSteps.indexOf(step);
  const hasCanary = step === 'canary' ? { hasCanary: true } : {};
  const done = place < 0 ? (watched.packs.get(pack)?.done ?? 0) : place + (state === 'done' ? 1 : 0);
  return {
    ...watched,
    current,
    packs: withProgress(watched, pack, { status: 'running', step, done, ...hasCanary }),
  };
}

function withPack(watched: WatchedDeployment, event: EventOf<'pack'>): WatchedDeployment {
  const { pack, status, refusal } = event;
  const isOver = status !== 'pending' && status !== 'running';
  const done = isOver ? lengthOf(watched.packs.get(pack)) : (watched.packs.get(pack)?.done ?? 0);
  const progress = { status, done, ...(refusal === undefined ? {} : { refusal }) };
  return { ...watched, packs: withProgress(watched, pack, progress) };
}

function withProgress({ packs }: WatchedDeployment, pack: string, progress: PackProgress) {
  return new Map([...packs, [pack, { ...packs.get(pack), ...progress }]]);
}

function endOf({ status, refusal }: EventOf<'ended'>): NonNullable<WatchedDeployment['end']> {
  return { status, ...(refusal === undefined ? {} : { refusal }) };
}
