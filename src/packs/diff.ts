import {
  type ChangedItem,
  type ContentChange,
  type ContentDiff,
  contentTypes,
  type DetailChange,
  type FieldChange,
  type PackContent,
} from '../core/content.js';
import { type Comparable, comparables, keyOf } from './comparable.js';
import { diffFields, diffFormats, diffParameters } from './diff-fields.js';
import { configSchemaFile, manifestFile } from './metadata-files.js';

/**
 * What differs between a pack's content at two revisions; an absent one stands for a pack that is not there.
 * `changedFiles` are the paths, relative to the pack's root, that differ between the two: with them an action is
 * also reported when only the file behind it changed.
 */
export function diffContent(
  before: PackContent | undefined,
  after: PackContent | undefined,
  changedFiles: readonly string[] = [],
): ContentDiff {
  const files = new Set(changedFiles);
  const sides = { old: comparables(before), fresh: comparables(after) };
  const partial = {
    pack: after?.ref ?? before?.ref ?? '',
    version: { before: before?.version ?? null, after: after?.version ?? null },
    manifest: before && after ? diffManifest(before, after) : [],
    config: diffParameters(before?.config ?? {}, after?.config ?? {}),
    content: diffItems(sides, files),
  };
  const explained = explainedFiles(partial, sides);
  return { ...partial, otherFiles: [...files].filter((file) => !explained.has(file)).sort() };
}

/** Whether nothing at all differs. */
export function isEmptyDiff(diff: ContentDiff): boolean {
  const lists = [diff.manifest, diff.config, diff.content, diff.otherFiles];
  return diff.version.before === diff.version.after && lists.every((list) => list.length === 0);
}

interface Sides {
  readonly old: ReadonlyMap<string, Comparable>;
  readonly fresh: ReadonlyMap<string, Comparable>;
}

function diffItems({ old, fresh }: Sides, files: ReadonlySet<string>): ContentChange[] {
  const keys = new Set([...old.keys(), ...fresh.keys()]);
  return [...keys].flatMap((key) => diffItem(old.get(key), fresh.get(key), files)).sort(byTypeAndName);
}

function diffItem(
  was: Comparable | undefined,
  is: Comparable | undefined,
  files: ReadonlySet<string>,
): ContentChange[] {
  if (was === undefined) return is === undefined ? [] : [{ change: 'added', ...headOf(is) }];
  if (is === undefined) return [{ change: 'removed', ...headOf(was) }];
  const details = diffDetails(was, is, files);
  return details.length === 0 ? [] : [{ change: 'changed', ...headOf(is), details }];
}

function headOf({ type, name, description, formats }: Comparable): ChangedItem {
  const lines = formats.map((format) => format.display);
  return {
    type,
    name,
    description: firstLine(description),
    ...(type === 'aliases' ? { formats: lines } : {}),
  };
}

// A plan is kept for good, so a long text is kept only as far as anybody shows it.
function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function diffDetails(was: Comparable, is: Comparable, files: ReadonlySet<string>): DetailChange[] {
  const { entryPoint } = is;
  const hasNewCode = entryPoint !== undefined && entryPoint === was.entryPoint && files.has(entryPoint);
  return [
    ...diffParameters(was.parameters, is.parameters).map(
      (change): DetailChange => ({ kind: 'parameter', ...change }),
    ),
    ...diffFormats(was.formats, is.formats),
    ...diffFields(was.fields, is.fields).map((change): DetailChange => ({ kind: 'field', ...change })),
    ...(hasNewCode ? [{ kind: 'code', file: entryPoint } as const] : []),
  ];
}

function diffManifest(before: PackContent, after: PackContent): FieldChange[] {
  return diffFields({ ...before.manifest, ref: before.ref }, { ...after.manifest, ref: after.ref });
}

function byTypeAndName(a: ContentChange, b: ContentChange): number {
  const type = contentTypes.indexOf(a.type) - contentTypes.indexOf(b.type);
  return type || (a.name < b.name ? -1 : 1);
}

function explainedFiles(diff: Omit<ContentDiff, 'otherFiles'>, { old, fresh }: Sides): Set<string> {
  const items = diff.content.flatMap((change) => [old.get(keyOf(change)), fresh.get(keyOf(change))]);
  const files = items.flatMap((item) => [item?.file, item?.entryPoint]);
  const hasNewManifest = diff.manifest.length > 0 || diff.version.before !== diff.version.after;
  if (hasNewManifest) files.push(manifestFile);
  if (diff.config.length > 0) files.push(configSchemaFile);
  return new Set(files.filter((file) => file !== undefined));
}
