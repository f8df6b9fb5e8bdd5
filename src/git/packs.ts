import { refuse } from '../core/reason.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import type { Objects } from './objects.js';
import { differingEntries, modes, type TreeEntry } from './tree.js';

/** What happened to one pack's folder between two commits. */
export interface PackChange {
  /** The folder's name below the subtree; empty when the repository is one pack. */
  readonly folder: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** The tree ids on the two sides. */
  readonly before?: string;
  readonly after?: string;
}

/** Where a pack's folder lies in its repository: the path for `listFiles`, `readTexts` and `export`. */
export function packPath(repository: Repository, folder: string): string {
  return repository.subtree === false
    ? ''
    : [repository.subtree, folder].filter((part) => part !== '').join('/');
}

/** The tree at a path of a commit; undefined when there is no folder. Refused when there is no such commit. */
export async function treeAt(
  objects: Objects,
  at: { readonly repository: string; readonly sha: string; readonly path: string },
): Promise<Result<string | undefined>> {
  const { repository, sha, path } = at;
  const commit = await objects.commit(sha);
  if (commit === undefined) return refused(refuse('commit-absent', { repository, sha }));
  let tree: string | undefined = commit.tree;
  for (const step of path.split('/').filter((part) => part !== '')) {
    if (tree === undefined) return ok(undefined);
    tree = (await objects.tree(tree)).find(({ name, mode }) => name === step && mode === modes.folder)?.id;
  }
  return ok(tree);
}

/** The packs at a commit: folder names and tree ids. In a subtree, a pack is a folder with a pack.yaml. */
export async function packFoldersAt(
  objects: Objects,
  repository: Repository,
  sha: string,
): Promise<Result<ReadonlyMap<string, string>>> {
  const tree = await subtreeAt(objects, repository, sha);
  if (!tree.ok) return tree;
  if (repository.subtree === false) return ok(new Map([['', tree.value]]));
  const entries = await objects.tree(tree.value);
  const folders = entries.filter(({ mode }) => mode === modes.folder);
  const verdicts = await verdictsOn(objects, folders);
  return ok(new Map(folders.filter(({ id }) => verdicts.get(id)).map(({ name, id }) => [name, id])));
}

/** Whether a tree is a pack's, which never changes: of hundreds that are asked for, nearly all were before. */
const knownVerdicts = new WeakMap<Objects, Map<string, boolean>>();
const mostVerdicts = 20_000;

async function verdictsOn(
  objects: Objects,
  folders: readonly TreeEntry[],
): Promise<ReadonlyMap<string, boolean>> {
  const kept = knownVerdicts.get(objects);
  const known = kept !== undefined && kept.size < mostVerdicts ? kept : new Map<string, boolean>();
  knownVerdicts.set(objects, known);
  const others = folders.filter(({ id }) => !known.has(id));
  await Promise.all(others.map(async (entry) => known.set(entry.id, await isPack(objects, entry))));
  return known;
}

/**
 * The packs that differ between two commits, by comparing tree ids: nothing below a folder that is the same is read.
 * A missing subtree is no pack at `from`, and refused at `to`.
 */
export async function changedPacksBetween(
  objects: Objects,
  repository: Repository,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Result<readonly PackChange[]>> {
  const place = { repository: repository.name, path: repository.subtree || '' };
  const [before, after] = await Promise.all([
    treeAt(objects, { ...place, sha: from }),
    subtreeAt(objects, repository, to),
  ]);
  if (!before.ok) return before;
  if (!after.ok) return after;
  if (before.value === after.value) return ok([]);
  if (repository.subtree === false)
    return ok([
      {
        folder: '',
        change: 'changed',
        after: after.value,
        ...(before.value ? { before: before.value } : {}),
      },
    ]);
  const [old, now] = await Promise.all([
    before.value === undefined ? [] : objects.tree(before.value),
    objects.tree(after.value),
  ]);
  const pairs = differingEntries(old, now);
  const changes = await Promise.all(pairs.map((pair) => changeOf(objects, pair)));
  return ok(changes.filter((change) => change !== undefined));
}

async function changeOf(
  objects: Objects,
  pair: { readonly name: string; readonly before?: TreeEntry; readonly after?: TreeEntry },
): Promise<PackChange | undefined> {
  const [was, is] = await Promise.all([isPack(objects, pair.before), isPack(objects, pair.after)]);
  const before = was ? pair.before?.id : undefined;
  const after = is ? pair.after?.id : undefined;
  if (before !== undefined && after !== undefined)
    return { folder: pair.name, change: 'changed', before, after };
  if (after !== undefined) return { folder: pair.name, change: 'added', after };
  return before === undefined ? undefined : { folder: pair.name, change: 'removed', before };
}

async function isPack(objects: Objects, entry: TreeEntry | undefined): Promise<boolean> {
  if (entry?.mode !== modes.folder) return false;
  const entries = await objects.tree(entry.id);
  return entries.some(({ name, mode }) => name === 'pack.yaml' && mode !== modes.folder);
}

async function subtreeAt(objects: Objects, repository: Repository, sha: string): Promise<Result<string>> {
  const path = repository.subtree || '';
  const tree = await treeAt(objects, { repository: repository.name, sha, path });
  if (!tree.ok) return tree;
  if (tree.value !== undefined) return ok(tree.value);
  return refused(refuse('subtree-absent', { repository: repository.name, folder: path, sha }));
}
