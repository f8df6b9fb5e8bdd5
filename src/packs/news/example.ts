import type { Action } from '../../core/content.js';
import type { Json, JsonObject } from '../../core/json.js';
import { own } from '../fields.js';
import { isJsonObject } from '../yaml.js';

const placeholder = /\{\{\s*(\w+)\s*(?:=\s*(.*?)\s*)?\}\}/gu;

/** What people would write for a parameter of such a name, where its schema says nothing. */
const usual: readonly (readonly [RegExp, string])[] = [
  [/^(?:host|hostname|hosts|server|node|machine)$/iu, 'web1'],
  [/^(?:user|username|person|who|name|owner)$/iu, 'ann'],
  [/^(?:channel|room)$/iu, 'general'],
  [/^(?:branch|ref)$/iu, 'main'],
  [/^(?:message|text|msg)$/iu, 'hello'],
  [/^(?:city|place|town|location)$/iu, 'Lisbon'],
  [/^(?:date|day)$/iu, 'tomorrow'],
  [/^(?:duration|time|delay|timeout)$/iu, '10m'],
  [/^(?:count|number|amount|limit|times|n)$/iu, '3'],
];

/**
 * A line that shows how an alias is said: its placeholders filled with what stands in the format, in the action's
 * parameters, or with what people would write. Undefined when the line has none, or is a pattern that nobody types.
 */
export function exampleOf(display: string, action: Action | undefined): string | undefined {
  if (!/\{\{/u.test(display) || /\\[a-z]|\(\?/iu.test(display)) return undefined;
  const line = display.replace(placeholder, (_all, name: string, given: string | undefined) =>
    valueFor(name, given, own(action?.parameters ?? {}, name)),
  );
  return line.replace(/\s+/gu, ' ').trim();
}

function valueFor(name: string, given: string | undefined, schema: Json): string {
  const fields = isJsonObject(schema) ? schema : {};
  if (own(fields, 'secret') === true) return `<${name}>`;
  const ready = (given ?? '').replace(/^(['"])(.*)\1$/u, '$2');
  if (ready !== '') return ready;
  return fromSchema(fields) ?? usual.find(([pattern]) => pattern.test(name))?.[1] ?? `<${name}>`;
}

function fromSchema(schema: JsonObject): string | undefined {
  const lists = [own(schema, 'enum'), own(schema, 'examples')].flatMap((list) =>
    Array.isArray(list) ? list.slice(0, 1) : [],
  );
  const hints = [...lists, own(schema, 'example'), own(schema, 'default')];
  const hint = hints.find((value) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '');
  if (hint !== undefined) return String(hint);
  const type = own(schema, 'type');
  if (type === 'integer' || type === 'number') return String(own(schema, 'minimum') ?? 3);
  return type === 'boolean' ? 'true' : undefined;
}
