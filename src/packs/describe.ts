import type {
  ContentChange,
  ContentDiff,
  DetailChange,
  FieldChange,
  ParameterChange,
} from '../core/content.js';
import type { Json } from '../core/json.js';
import { code, nameOf, singular } from './summarize.js';

/** How much of a diff is told. */
export interface DescribeOptions {
  /** At most so many lines, the heading and the last ("and 12 more") included; 40 unless given, at least 3. */
  readonly maxLines?: number;
}

/** A diff in full, as lines of chat Markdown: a heading, then a line for each change. */
export function describeDiff(diff: ContentDiff, options: DescribeOptions = {}): string[] {
  const lines = [...manifestLines(diff), ...diff.content.map((change) => changeLine(diff.pack, change))];
  if (diff.otherFiles.length > 0) lines.push(otherFilesLine(diff.otherFiles));
  if (lines.length === 0) lines.push('No changes.');
  return [heading(diff), ...bounded(lines, Math.max(options.maxLines ?? 40, 3) - 1)];
}

function heading({ pack, version: { before, after } }: ContentDiff): string {
  if (before === null) return after === null ? `*${pack}*` : `*${pack}* ${after} (new pack)`;
  if (after === null) return `*${pack}* ${before} (pack removed)`;
  return before === after ? `*${pack}* ${after}` : `*${pack}* ${before} → ${after}`;
}

function bounded(lines: readonly string[], max: number): readonly string[] {
  if (lines.length <= max) return lines;
  return [...lines.slice(0, max - 1), `…and ${lines.length - max + 1} more`];
}

function manifestLines(diff: ContentDiff): string[] {
  const fields = diff.manifest.map((change) => `• pack.yaml: ${fieldText(change)}`);
  const config = diff.config.map((change) => `• config ${parameterText(change, 'option')}`);
  return [...fields, ...config];
}

const verbs = { added: 'new', changed: 'changed', removed: 'removed' } as const;

function changeLine(pack: string, change: ContentChange): string {
  const head = `• ${verbs[change.change]} ${singular[change.type]} ${nameOf(pack, change)}`;
  if (change.change === 'changed') return `${head}: ${bounded8(change.details.map(detailText)).join('; ')}`;
  return change.description === '' ? head : `${head}: ${shorten(change.description, 120)}`;
}

function bounded8(texts: readonly string[]): readonly string[] {
  return texts.length <= 8 ? texts : [...texts.slice(0, 7), `and ${texts.length - 7} more`];
}

function detailText(detail: DetailChange): string {
  switch (detail.kind) {
    case 'parameter':
      return parameterText(detail, 'parameter');
    case 'format':
      return detail.change === 'added'
        ? `new line ${code(detail.display)}`
        : `no more ${code(detail.display)}`;
    case 'field':
      return fieldText(detail);
    case 'code':
      return `new code in ${code(detail.file)}`;
  }
}

function parameterText(change: ParameterChange, word: string): string {
  const required = change.required ? 'required ' : '';
  if (change.change === 'added') return `new ${required}${word} ${code(change.name)}`;
  if (change.change === 'removed') return `${word} ${code(change.name)} removed`;
  return `${word} ${code(change.name)}: ${change.attributes.map(attributeText).join(', ')}`;
}

const flags: Readonly<Record<string, string>> = {
  required: 'required',
  immutable: 'immutable',
  secret: 'secret',
};

function attributeText(change: FieldChange): string {
  const flag = flags[change.field];
  if (flag === undefined) return fieldText(change);
  return change.after === true ? `now ${flag}` : `no longer ${flag}`;
}

function fieldText({ field, before, after }: FieldChange): string {
  if (field === 'enabled') return after === true ? 'enabled' : 'disabled';
  if (isLong(before) || isLong(after)) return `${field} changed`;
  if (before === null) return `${field} ${valueText(after)} added`;
  if (after === null) return `${field} ${valueText(before)} removed`;
  return `${field} ${valueText(before)} → ${valueText(after)}`;
}

// Beyond that the reader is better served by Git.
function isLong(value: Json): boolean {
  return JSON.stringify(value).length > 60;
}

function valueText(value: Json): string {
  return code(typeof value === 'string' ? value || '""' : JSON.stringify(value));
}

function otherFilesLine(files: readonly string[]): string {
  const shown = files.slice(0, 5).map(code).join(', ');
  const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
  return `• ${files.length} other ${files.length === 1 ? 'file' : 'files'}: ${shown}${more}`;
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`;
}
