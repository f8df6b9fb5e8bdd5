import type { EndStatus, PackStatus, StepName } from '../core/deployment.js';
import { packSteps } from '../core/deployment.js';
import type { DeploymentEvent } from '../core/event.js';
import type { Refusal } from '../core/reason.js';

/** What is known of one pack while its deployment is watched. */
export interface PackProgress {
  readonly status: PackStatus;
  readonly step?: StepName;
  readonly refusal?: Refusal;
}

/** How far a watched deployment is: what its events so far add up to. */
export interface WatchedDeployment {
  readonly id: number;
  /** Milliseconds since the epoch; the first event's. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly phase: 'asked' | 'planned' | 'queued' | 'running' | 'stopping' | 'ended';
  /** What it waits behind. */
  readonly ahead: readonly number[];
  readonly packs: ReadonlyMap<string, PackProgress>;
  readonly current: { readonly step: StepName; readonly pack?: string } | undefined;
  /** Steps that are done. */
  readonly done: number;
  readonly end: { readonly status: EndStatus; readonly refusal?: Refusal } | undefined;
}

/** A deployment of which nothing was seen yet. */
export function unseen(id: number): WatchedDeployment {
  const nothing = { since: undefined, until: undefined, current: undefined, end: undefined };
  return { id, ...nothing, phase: 'asked', ahead: [], packs: new Map(), done: 0 };
}

/** The steps that there will be, as far as the packs are known. */
export function totalSteps(watched: WatchedDeployment): number {
  return watched.packs.size * packSteps.length;
}

/** Adds the packs of the plan, so that the bar knows its length. */
export function withPacks(watched: WatchedDeployment, packs: readonly string[]): WatchedDeployment {
  const known = new Map(
    packs.map((pack) => [pack, watched.packs.get(pack) ?? { status: 'pending' as const }]),
  );
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

function withStep(watched: WatchedDeployment, event: EventOf<'step'>): WatchedDeployment {
  const { step, pack, state } = event;
  const current = { step, ...(pack === undefined ? {} : { pack }) };
  const counts = state === 'done' && pack !== undefined && packSteps.some((name) => name === step);
  const packs =
    pack === undefined ? watched.packs : withStatus(watched.packs, pack, { status: 'running', step });
  return { ...watched, packs, current, done: watched.done + (counts ? 1 : 0) };
}

function withPack(watched: WatchedDeployment, event: EventOf<'pack'>): WatchedDeployment {
  const { pack, status, refusal } = event;
  const progress = { status, ...(refusal === undefined ? {} : { refusal }) };
  return { ...watched, packs: withStatus(watched.packs, pack, progress) };
}

function withStatus(packs: WatchedDeployment['packs'], pack: string, progress: PackProgress) {
  return new Map([...packs, [pack, { ...packs.get(pack), ...progress }]]);
}

function endOf({ status, refusal }: EventOf<'ended'>): NonNullable<WatchedDeployment['end']> {
  return { status, ...(refusal === undefined ? {} : { refusal }) };
}
