import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from './json.js';

/** What a pack has run once it is live, and what has to come of it. Plain JSON: it is stored in plans. */
export interface Canary {
  /** The action's full ref, such as `beans.check`. */
  readonly action: string;
  readonly parameters: JsonObject;
  /** How the execution has to end; `succeeded` unless the pack says otherwise. */
  readonly status: string;
  /** Fields that the result must have; of a mapping, only those that are named are looked at. */
  readonly result: JsonObject;
  /** Milliseconds that it may take. */
  readonly withinMs: number;
}

/** How the execution of a canary has ended. */
export interface CanaryEnd {
  readonly status: string;
  readonly result: Json;
}

const mostShown = 120;

/** In what an end is not as it must be, one short sentence each; none when all is well. */
export function canaryDifferences(canary: Pick<Canary, 'status' | 'result'>, end: CanaryEnd): string[] {
  const ended = canary.status === end.status ? [] : [`it ended ${end.status} instead of ${canary.status}`];
  return [...ended, ...unlike(canary.result, end.result, 'result')];
}

function unlike(wanted: Json, found: Json, path: string): string[] {
  if (!isMapping(wanted))
    return isDeepStrictEqual(wanted, found) ? [] : [`${path} is ${shown(found)} instead of ${shown(wanted)}`];
  if (!isMapping(found))
    return Object.keys(wanted).length === 0 ? [] : [`${path} is ${shown(found)} instead of a mapping`];
  return Object.entries(wanted).flatMap(([name, value]) => {
    const below = `${path}.${name}`;
    return Object.hasOwn(found, name) ? unlike(value, found[name] ?? null, below) : [`${below} is missing`];
  });
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > mostShown ? `${text.slice(0, mostShown - 1)}…` : text;
}

function isMapping(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
