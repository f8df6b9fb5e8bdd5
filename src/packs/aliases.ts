import type { Alias, AliasFormat } from '../core/content.js';
import type { Json } from '../core/json.js';
import { type Fields, own } from './fields.js';
import { type PackContext, readItem } from './items.js';
import { isJsonObject } from './yaml.js';

const spec = {
  known: ['action_ref', 'formats'],
  allowed: ['ack', 'result', 'extra', 'immutable_parameters'],
  enabledUnlessSaid: true,
};

/** Reads an alias's metadata file; undefined when it has no name. */
export function readAlias(fields: Fields, pack: PackContext): Alias | undefined {
  const item = readItem(fields, pack, spec);
  const name = fields.required(['name'], 'Name the alias.');
  const actionRef = fields.required(['action_ref'], 'Name the action that it runs, as pack.action.');
  const formats = readFormats(fields);
  return name === '' ? undefined : { name, ...item, actionRef, formats };
}

function readFormats(fields: Fields): AliasFormat[] {
  const formats = fields.list(['formats']);
  if (
    formats.length === 0 &&
    (fields.value(['formats']) === null || Array.isArray(fields.value(['formats'])))
  ) {
    const message = 'formats is missing. List at least one line that people type.';
    fields.report({ code: 'missing-field', path: ['formats'], message });
  }
  return formats.flatMap((format) => {
    const read = aliasFormat(format);
    if (read === undefined) reportFormat(fields);
    return read ?? [];
  });
}

/** One entry of `formats:`, of either form; undefined when it is neither. */
export function aliasFormat(format: Json): AliasFormat | undefined {
  if (typeof format === 'string') return { display: format, representation: [format] };
  if (!isJsonObject(format)) return undefined;
  const display = own(format, 'display');
  const lines = [own(format, 'representation')].flat().filter((line) => typeof line === 'string');
  const shown = typeof display === 'string' ? display : lines[0];
  return shown === undefined ? undefined : { display: shown, representation: lines };
}

function reportFormat(fields: Fields): void {
  const message = 'Each format must be a line of text, or a mapping with display and representation.';
  fields.report({ code: 'bad-field', path: ['formats'], message });
}
