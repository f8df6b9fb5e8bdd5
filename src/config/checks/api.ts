import { get, type Look, mapOf, textsOf } from './look.js';
import { checkNames } from './people.js';

/** Each key has a secret of its own, and acts only for people. */
export function checkApi(look: Look): void {
  const owners = new Map<string, string>();
  for (const [name, entry] of mapOf(get(look.raw, 'api', 'keys'))) {
    const path = ['api', 'keys', name];
    const source = sourceOf(get(entry, 'key'));
    const owner = source === undefined ? undefined : owners.get(source);
    if (source !== undefined) owners.set(source, owner ?? name);
    if (owner !== undefined)
      look.report([...path, 'key'], `key: ${owner} has the same one; each key needs its own.`);
    checkNames(look, [...path, 'acts_for']);
    for (const [index, other] of textsOf(get(entry, 'acts_for')))
      if (other.startsWith('api:'))
        look.report([...path, 'acts_for', index], `acts_for: ${other} is a key, and a key acts for people.`);
  }
}

function sourceOf(key: unknown): string | undefined {
  const [[kind, where] = []] = [...mapOf(key)];
  return typeof where === 'string' ? `${kind} ${where}` : undefined;
}
