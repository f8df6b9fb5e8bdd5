import type { Declared } from './declared.js';
import type { Key } from './kinds.js';
import type { Things } from './things.js';

/** What people have enabled or disabled against what the files say. */
export type Choices = ReadonlyMap<Key, boolean>;

/**
 * The choices by how things are now.
 * @param known those of before: what was chosen for things that are away is still known from then
 */
export function choicesOf(declared: Iterable<Declared>, now: Things, known: Choices = new Map()): Choices {
  const choices = new Map(known);
  for (const { key, enabled } of declared) {
    const found = now.get(key)?.enabled;
    if (found === undefined || found === enabled) choices.delete(key);
    else choices.set(key, found);
  }
  return choices;
}
