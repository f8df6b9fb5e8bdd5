import type { Action, ParameterChange } from '../../core/content.js';
import type { Json, JsonObject } from '../../core/json.js';
import { own } from '../fields.js';
import { code } from '../summarize.js';
import { listedWith, phraseOf } from './text.js';

/** What changed in how an action is called, for those who call it. `who` is the action, as code. */
export function parameterNews(who: string, change: ParameterChange, action: Action | undefined): string[] {
  const schema = own(action?.parameters ?? {}, change.name);
  const fields = (schema ?? {}) as JsonObject;
  const name = code(change.name);
  if (change.change === 'removed') return [`${who} no longer takes ${name}.`];
  if (own(fields, 'immutable') === true) return [];
  if (change.change === 'added')
    return [`${who} now ${change.required ? 'needs' : 'takes'} ${name}${explained(fields)}`];
  return change.attributes.flatMap((attribute) => attributeNews({ who, name, fields }, attribute));
}

/** What may be given, what is taken unless it is given, and what it means. */
export function explained(schema: JsonObject): string {
  const fallback = own(schema, 'secret') === true ? null : own(schema, 'default');
  const options = choices(own(schema, 'enum'));
  const inBrackets = [
    ...(options === undefined ? [] : [options]),
    ...(isShown(fallback) ? [`${valueText(fallback)} unless given`] : []),
  ];
  const means = phraseOf(textOf(own(schema, 'description')));
  return `${inBrackets.length === 0 ? '' : ` (${inBrackets.join('; ')})`}${means === '' ? '.' : `: ${means}.`}`;
}

interface About {
  readonly who: string;
  readonly name: string;
  readonly fields: JsonObject;
}

function attributeNews(
  { who, name, fields }: About,
  { field, before, after }: ParameterChange['attributes'][number],
): string[] {
  switch (field) {
    case 'required':
      return [
        after === true ? `${who} now needs ${name}${explained(fields)}` : `${who} no longer needs ${name}.`,
      ];
    case 'enum': {
      const options = choices(after);
      return [
        options === undefined
          ? `${name} of ${who} now takes any value.`
          : `${name} of ${who} may now be ${options}.`,
      ];
    }
    case 'default':
      return [defaultNews({ who, name, fields }, before, after)];
    case 'type':
      return typeof after === 'string' ? [`${name} of ${who} is now of type ${after}.`] : [];
    case 'immutable':
      return after === true
        ? [`${name} of ${who} can no longer be given.`]
        : [`${who} now takes ${name}${explained(fields)}`];
    default:
      // What it is described as, where it stands, whether it is masked: nobody calls it differently for that.
      return [];
  }
}

function defaultNews({ who, name, fields }: About, before: Json, after: Json): string {
  if (own(fields, 'secret') === true) return `${name} of ${who} has another default.`;
  if (!isShown(after)) return `${name} of ${who} has no default any more.`;
  const instead = isShown(before) ? `, not ${valueText(before)}` : '';
  return `${name} of ${who} is now ${valueText(after)} unless given${instead}.`;
}

function choices(value: Json): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return listedWith('or', value.map(valueText));
}

function isShown(value: Json): boolean {
  return value !== null && value !== '' && JSON.stringify(value).length <= 60;
}

function valueText(value: Json): string {
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}
