import { posix } from 'node:path';
import type { Json } from '../../../core/json.js';
import { areAlike, isObject } from './alike.js';
import type { Declared } from './declared.js';
import type { Thing } from './things.js';

/** In what the server's thing is not what the file declares: the names of fields; none when it is. */
export function differingFields({ word, fields }: Declared, { object }: Thing): readonly string[] {
  return Object.keys(fields).filter((field) => {
    const [wanted, found] = [fields[field] ?? null, object[field] ?? null];
    return !areAlike(wanted, shownAs(word, field, found));
  });
}

type Show = (found: Json) => Json;

/** Fields that the server shows in another form than `declaredOf` has them, by type and field. */
const shows: Readonly<Record<string, Show>> = {
  'action entry_point': (found) => (typeof found === 'string' ? posix.normalize(`actions/${found}`) : found),
  'sensor artifact_uri': (found) =>
    typeof found === 'string' ? found.slice(Math.max(0, found.lastIndexOf('/sensors/') + 1)) : found,
  'alias formats': (found) => (Array.isArray(found) ? found.map(formatOf) : found),
  // What the server adds of its own, as a trigger's ref, is nobody's choice.
  'rule trigger': (found) => only(found, 'type'),
  'rule action': (found) => only(found, 'ref'),
};

function shownAs(word: Declared['word'], field: string, found: Json): Json {
  return shows[`${word} ${field}`]?.(found) ?? found;
}

function only(found: Json, field: string): Json {
  return isObject(found) ? { [field]: found[field] ?? null, parameters: found.parameters ?? null } : found;
}

function formatOf(format: Json): Json {
  if (typeof format === 'string') return { display: format, representation: [format] };
  if (!isObject(format)) return format;
  const representation = [format.representation ?? []].flat();
  return { display: format.display ?? representation[0] ?? null, representation };
}

// What the server gives anew with each making, or notes of its own.
const fleeting = ['id', 'uid', 'context'];

/** In what a thing is not as it was: the names of fields. */
export function changedFields(before: Thing, now: Thing): readonly string[] {
  const names = new Set([...Object.keys(before.object), ...Object.keys(now.object)]);
  return [...names].filter((field) => {
    if (fleeting.includes(field)) return false;
    const [was, is] = [before, now].map(({ word, object }) => {
      const value = object[field] ?? null;
      return word === 'rule' ? shownAs(word, field, value) : value;
    });
    return !areAlike(was ?? null, is ?? null);
  });
}
