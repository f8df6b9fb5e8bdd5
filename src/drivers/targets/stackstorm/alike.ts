import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../../core/json.js';

/** Whether two values are one to the server. */
export function areAlike(a: Json, b: Json): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

// Nothing, an empty text and an empty object are one to the server, which fills in its own.
function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value === '' ? null : value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, plain(one)] as const)
    .filter(([, one]) => one !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Whether a value is a mapping. */
export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
