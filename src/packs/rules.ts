import type { Rule } from '../core/content.js';
import type { Fields } from './fields.js';
import { type PackContext, readItem } from './items.js';

// Unlike the other content types, a rule is off unless it says otherwise.
const spec = {
  known: ['trigger', 'criteria', 'action'],
  allowed: ['type', 'tags', 'context'],
  enabledUnlessSaid: false,
};

/** Reads a rule's metadata file; undefined when it has no name. */
export function readRule(fields: Fields, pack: PackContext): Rule | undefined {
  const item = readItem(fields, pack, spec);
  const name = fields.required(['name'], 'Name the rule.');
  const trigger = readRef(fields, ['trigger', 'type'], 'Name the trigger type that starts it.');
  const action = readRef(fields, ['action', 'ref'], 'Name the action that it runs, as pack.action.');
  if (name === '') return undefined;
  return {
    name,
    ...item,
    trigger,
    triggerParameters: fields.object(['trigger', 'parameters']),
    criteria: fields.object(['criteria']),
    action,
    actionParameters: fields.object(['action', 'parameters']),
  };
}

function readRef(fields: Fields, path: readonly [string, string], hint: string): string {
  const [outer] = path;
  const value = fields.value([outer]);
  fields.object([outer]);
  return value === null || (typeof value === 'object' && !Array.isArray(value))
    ? fields.required(path, hint)
    : '';
}
