import { isDeepStrictEqual } from 'node:util';
import type { AliasFormat, DetailChange, FieldChange, ParameterChange } from '../core/content.js';
import type { Json, JsonObject } from '../core/json.js';
import { own } from './fields.js';

/** The fields that differ, sorted by name; null stands for an absent one. */
export function diffFields(before: JsonObject, after: JsonObject): FieldChange[] {
  return namesOf(before, after)
    .map((field) => ({ field, before: own(before, field), after: own(after, field) }))
    .filter((change) => !isDeepStrictEqual(change.before, change.after));
}

/** Parameters by name, each a JSON schema. */
export type Parameters = Readonly<Record<string, JsonObject>>;

/** What differs between two sets of parameters, sorted by name. The default of a secret one is masked. */
export function diffParameters(before: Parameters, after: Parameters): ParameterChange[] {
  const [old, fresh] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return namesOf(before, after).flatMap((name) => diffParameter(name, old.get(name), fresh.get(name)));
}

/** The lines that an alias gained and lost; one whose matching lines changed counts as a changed field. */
export function diffFormats(before: readonly AliasFormat[], after: readonly AliasFormat[]): DetailChange[] {
  const [old, fresh] = [byDisplay(before), byDisplay(after)];
  const added = [...fresh.keys()].filter((display) => !old.has(display));
  const removed = [...old.keys()].filter((display) => !fresh.has(display));
  return [
    ...added.map((display) => ({ kind: 'format', change: 'added', display }) as const),
    ...removed.map((display) => ({ kind: 'format', change: 'removed', display }) as const),
    ...[...fresh].flatMap(([display, is]) => representationChange(display, old.get(display), is)),
  ];
}

function namesOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function diffParameter(
  name: string,
  was: JsonObject | undefined,
  is: JsonObject | undefined,
): ParameterChange[] {
  const required = own(is ?? was ?? {}, 'required') === true;
  if (was === undefined) return [{ change: 'added', name, required, attributes: [] }];
  if (is === undefined) return [{ change: 'removed', name, required, attributes: [] }];
  const isSecret = own(was, 'secret') === true || own(is, 'secret') === true;
  const attributes = diffFields(was, is).map((change) => (isSecret ? mask(change) : change));
  return attributes.length === 0 ? [] : [{ change: 'changed', name, required, attributes }];
}

// Somebody's default of a secret may be the secret itself, and a diff is stored and shown.
const harmless = new Set(['required', 'secret', 'immutable', 'type', 'position', 'description']);

function mask(change: FieldChange): FieldChange {
  if (harmless.has(change.field)) return change;
  const masked = (value: Json) => (value === null ? null : '•••');
  return { field: change.field, before: masked(change.before), after: masked(change.after) };
}

type Lines = readonly string[];

function byDisplay(formats: readonly AliasFormat[]): Map<string, Lines> {
  return new Map(formats.map((format) => [format.display, format.representation]));
}

function representationChange(display: string, was: Lines | undefined, is: Lines): DetailChange[] {
  if (was === undefined || isDeepStrictEqual(was, is)) return [];
  return [{ kind: 'field', field: `representation of "${display}"`, before: was, after: is }];
}
