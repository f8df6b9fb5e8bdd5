import { followLinks } from './links.js';
import type { Objects } from './objects.js';
import { differingEntries, modes, type TreeEntry } from './tree.js';

/** A file as Git lists it. */
export interface ListedFile {
  /** Relative to the folder that was listed. */
  readonly path: string;
  /** Git's mode, six octal digits: `100644`, `100755`, `120000` (link) or `160000` (submodule). */
  readonly mode: string;
  /** The blob's id; for a submodule, the commit's. */
  readonly id: string;
}

/** All files below a tree, in Git's order. */
export async function filesBelow(objects: Objects, tree: string, prefix = ''): Promise<ListedFile[]> {
  const entries = await objects.tree(tree);
  const lists = await Promise.all(
    entries.map(({ mode, name, id }) =>
      mode === modes.folder
        ? filesBelow(objects, id, `${prefix}${name}/`)
        : [{ path: prefix + name, mode, id }],
    ),
  );
  return lists.flat();
}

/** The targets of all symbolic links among some files, by path. */
export async function linkTargets(
  objects: Objects,
  files: readonly ListedFile[],
): Promise<ReadonlyMap<string, string>> {
  const links = files.filter(({ mode }) => mode === modes.link);
  const targets = await Promise.all(
    links.map(async ({ path, id }) => [path, (await objects.blob(id))?.toString() ?? '/'] as const),
  );
  return new Map(targets);
}

/**
 * Reads files as UTF-8 text. A link is read through, as whatever loads the pack does, unless it leads out of the folder.
 * @returns The texts by the paths that were asked for; those that are not there, or are too long, are left out.
 */
export async function textsOf(
  objects: Objects,
  files: readonly ListedFile[],
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const links = await linkTargets(objects, files);
  const read = wanted.map(async (path): Promise<[string, string][]> => {
    const end = followLinks(path, links);
    const file = end.kind === 'inside' ? byPath.get(end.path) : undefined;
    if (file === undefined || file.mode === modes.submodule) return [];
    const content = await objects.blob(file.id);
    return content === undefined ? [] : [[path, content.toString()]];
  });
  return new Map((await Promise.all(read)).flat());
}

/** The same for a tree. What lies right in it is asked for while the folders in it are read. */
export async function textsBelow(
  objects: Objects,
  tree: string,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  for (const { name, mode, id } of await objects.tree(tree))
    if (wanted.includes(name) && mode !== modes.folder && mode !== modes.submodule)
      objects.blob(id).catch(() => undefined);
  return await textsOf(objects, await filesBelow(objects, tree), wanted);
}

/** The paths of all files that differ between two trees; only what differs is read. */
export async function filesDiffering(
  objects: Objects,
  before: string | undefined,
  after: string | undefined,
): Promise<string[]> {
  if (before === after) return [];
  const [old, now] = await Promise.all([entriesOf(objects, before), entriesOf(objects, after)]);
  const pairs = differingEntries(old, now);
  const paths = await Promise.all(pairs.map((pair) => pathsOf(objects, pair)));
  return paths.flat();
}

async function pathsOf(
  objects: Objects,
  pair: { readonly name: string; readonly before?: TreeEntry; readonly after?: TreeEntry },
): Promise<string[]> {
  const isFolder = (entry?: TreeEntry) => entry?.mode === modes.folder;
  const folderId = (entry?: TreeEntry) => (isFolder(entry) ? entry?.id : undefined);
  const below = await filesDiffering(objects, folderId(pair.before), folderId(pair.after));
  const isFile = [pair.before, pair.after].some((entry) => entry !== undefined && !isFolder(entry));
  return [...(isFile ? [pair.name] : []), ...below.map((path) => `${pair.name}/${path}`)];
}

function entriesOf(objects: Objects, tree: string | undefined): Promise<readonly TreeEntry[]> {
  return tree === undefined ? Promise.resolve([]) : objects.tree(tree);
}
