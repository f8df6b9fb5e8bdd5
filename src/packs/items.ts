import type { ContentItem } from '../core/content.js';
import type { Json, JsonObject } from '../core/json.js';
import type { PackFile, PackRef } from '../core/pack.js';
import { type Fields, own } from './fields.js';
import { isJsonObject } from './yaml.js';

/** The pack that a piece of content belongs to. */
export interface PackContext {
  /** Blank while it is not known. */
  readonly ref: PackRef | '';
  readonly paths: ReadonlyMap<string, PackFile>;
}

// StackStorm computes these, or they only repeat where the file lies.
const computed = ['id', 'uid', 'ref', 'pack', 'metadata_file'];
const common = ['name', 'description', 'enabled', ...computed];

/** Which fields a content type has. */
export interface ItemFields {
  /** The fields that its reader takes apart. */
  readonly known: readonly string[];
  /** Fields that StackStorm knows besides; undefined when it takes any. */
  readonly allowed?: readonly string[];
  readonly enabledUnlessSaid: boolean;
}

/** Reads what every piece of content has, and checks that it belongs to its pack and has no unknown fields. */
export function readItem(fields: Fields, pack: PackContext, spec: ItemFields): Omit<ContentItem, 'name'> {
  checkPack(fields, pack);
  const other = fields.except([...common, ...spec.known]);
  if (spec.allowed !== undefined) checkUnknown(fields, other, spec.allowed);
  return {
    file: fields.file,
    description: fields.text(['description']),
    enabled: fields.flag(['enabled'], spec.enabledUnlessSaid),
    other,
  };
}

/** The members of a mapping that are mappings themselves; each other one is reported, at `prefix` and its name. */
export function mappingsIn(
  fields: Fields,
  object: JsonObject,
  prefix: readonly string[],
): Readonly<Record<string, JsonObject>> {
  const entries: [string, JsonObject][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (isJsonObject(value)) entries.push([name, value]);
    else reportMember(fields, [...prefix, name], value);
  }
  return Object.fromEntries(entries);
}

function reportMember(fields: Fields, path: readonly string[], value: Json): void {
  const shown = value === null ? 'nothing' : 'text, a number or a list';
  const message = `${path.join('.')} must be a mapping with at least a type, not ${shown}.`;
  fields.report({ code: 'bad-field', path, message });
}

function checkPack(fields: Fields, pack: PackContext): void {
  const named = fields.text(['pack']);
  if (named === '' || pack.ref === '' || named === pack.ref) return;
  const message = `It says that it belongs to the pack ${named}, but this is ${pack.ref}. Correct or drop the line.`;
  fields.report({ code: 'pack-differs', path: ['pack'], message });
}

function checkUnknown(fields: Fields, other: JsonObject, allowed: readonly string[]): void {
  for (const name of Object.keys(other)) {
    if (allowed.includes(name) || own(other, name) === null) continue;
    const message = `StackStorm refuses the unknown field ${name}. Correct or drop it.`;
    fields.report({ code: 'unknown-field', path: [name], message });
  }
}
