import { refuse } from '../../core/reason.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { Git } from '../../git/git.js';
import { packRefOf } from '../../packs/manifest.js';
import { manifestFile } from '../../packs/metadata-files.js';

/** A pack at a commit: its ref, its folder in the repository and the id of its tree. */
export interface PackAt {
  readonly pack: string;
  /** Empty when the repository is the pack. */
  readonly path: string;
  readonly tree: string;
}

/** Finds the packs of a commit by their refs. */
export interface Catalog {
  packsAt(repository: Repository, sha: string): Promise<Result<readonly PackAt[]>>;
}

/**
 * Makes a catalog. A folder's ref is read once a tree: the same tree always holds the same pack.yaml, so a repository
 * of many packs costs one reading of those that changed. Plans that are made at the same time share that reading: else
 * each of hundreds would read every pack.
 */
export function createCatalog(git: Git): Catalog {
  const refOfTree = new Map<string, string>();
  const underWay = new Map<string, Promise<Result<readonly PackAt[]>>>();

  async function read(repository: Repository, sha: string): Promise<Result<readonly PackAt[]>> {
    const folders = await git.packFolders(repository, sha);
    if (!folders.ok) return folders;
    const unread = [...folders.value].filter(([, tree]) => !refOfTree.has(tree));
    const refs = await readRefs(git, { repository, sha }, unread);
    if (!refs.ok) return refs;
    for (const [tree, ref] of refs.value) refOfTree.set(tree, ref);
    return unique(
      [...folders.value].map(([folder, tree]) => ({
        pack: refOfTree.get(tree) ?? nameOf(repository, folder),
        path: pathOf(repository, folder),
        tree,
      })),
    );
  }

  return {
    packsAt(repository, sha) {
      const key = JSON.stringify([repository.name, repository.url, repository.subtree, sha]);
      const shared = underWay.get(key);
      if (shared !== undefined) return shared;
      const reading = read(repository, sha).finally(() => underWay.delete(key));
      underWay.set(key, reading);
      return reading;
    },
  };
}

/** Reads each folder by itself: listing the whole subtree for one changed pack would cost more than the pack. */
async function readRefs(
  git: Git,
  commit: { repository: Repository; sha: string },
  folders: readonly (readonly [folder: string, tree: string])[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const { repository, sha } = commit;
  const refs = new Map<string, string>();
  for (const [folder, tree] of folders) {
    const path = pathOf(repository, folder);
    const texts = await git.readTexts(repository, { sha, path }, [manifestFile]);
    if (!texts.ok) return texts;
    const text = texts.value.get(manifestFile);
    refs.set(tree, (text === undefined ? undefined : packRefOf(text)) ?? nameOf(repository, folder));
  }
  return ok(refs);
}

/** A pack.yaml that can't be read is named after its folder, so that its problems can be reported under a name. */
function nameOf(repository: Repository, folder: string): string {
  return folder === '' ? repository.name : folder;
}

function rootOf(repository: Repository): string {
  return repository.subtree === false ? '' : repository.subtree;
}

function pathOf(repository: Repository, folder: string): string {
  return [rootOf(repository), folder].filter((part) => part !== '').join('/');
}

function unique(packs: readonly PackAt[]): Result<readonly PackAt[]> {
  const known = new Set<string>();
  for (const { pack } of packs) {
    if (known.has(pack)) return refused(refuse('pack-twice', { pack, folders: foldersOf(packs, pack) }));
    known.add(pack);
  }
  return ok([...packs].sort((a, b) => (a.pack < b.pack ? -1 : 1)));
}

function foldersOf(packs: readonly PackAt[], pack: string): string[] {
  return packs.filter((one) => one.pack === pack).map(({ path }) => path);
}
