import type { Path } from '../locate.js';

/** What a check is given: the file as plain values, which may be of any shape, and a way to report. */
export interface Look {
  readonly raw: unknown;
  /** Reports something wrong at the value of a path, or at its key. */
  report(path: Path, text: string, at?: 'key' | 'value'): void;
}

/** The value at a key, if this is a map that has it. */
export function get(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => mapOf(at).get(key), value);
}

/** The entries of a map; none when it isn't one. */
export function mapOf(value: unknown): ReadonlyMap<string, unknown> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(isMap ? Object.entries(value) : []);
}

/** The texts of a list, each with its index; other entries are left to the schema. */
export function textsOf(value: unknown): readonly (readonly [index: number, text: string])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((text: unknown, index) => (typeof text === 'string' ? [[index, text] as const] : []));
}

/** The keys of a map. */
export function keysOf(value: unknown): readonly string[] {
  return [...mapOf(value).keys()];
}
