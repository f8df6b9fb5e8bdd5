import { setMaxListeners } from 'node:events';
import { refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import type { Repository, Revision } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { readTreeAhead } from './ahead.js';
import { defaultLimits, type GitContext, type GitLimits } from './context.js';
import { branchesOf, tagsOf } from './default-branch.js';
import type { LookUp } from './environment.js';
import { type Exported, exportTree } from './export.js';
import type { Fetched } from './fetch.js';
import { filesBelow, filesDiffering, type ListedFile, textsBelow } from './files.js';
import {
  type LoggedCommit,
  type LogRange,
  readAncestry,
  readLog,
  readSingle,
  type WholeCommit,
  wholeCommit,
} from './history.js';
import { measureFiles } from './inspect.js';
import { lookAtRemote, type RemoteBranches } from './look.js';
import { createMirrors, type Mirror } from './mirrors.js';
import type { Objects } from './objects.js';
import { changedPacksBetween, type PackChange, packFoldersAt, treeAt } from './packs.js';
import { createPens } from './pen.js';
import { readHead, readRefs } from './refs.js';
import { resolveRef } from './resolve.js';
import { createSpareShell } from './spare-shell.js';

/** A folder of a repository at one commit. */
export interface FolderAt {
  /** The commit's full SHA. */
  readonly sha: string;
  /** From the repository's root, without slashes at its ends; empty for the root. `packPath` makes it for a pack. */
  readonly path: string;
}

/** Two commits to compare, by their full SHAs. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** The branches and tags of a repository, by their short names, as the last fetch found them. */
export interface RefNames {
  readonly branches: readonly string[];
  readonly tags: readonly string[];
}

/**
 * Everything that Packtrain does with Git. Each repository has a bare mirror in the data directory; all but `fetch` and
 * `maintain` read it, and fetch only when there is none yet. Refused when the remote or the machine does not play along.
 */
export interface Git {
  /**
   * Brings the mirror up to date: what was pushed before the call is there afterwards. One fetch at a time runs for a
   * repository; callers that come meanwhile share the next.
   */
  fetch(repository: Repository): Promise<Result<Fetched>>;
  /** The commit of a branch, tag or SHA (7 digits or more), as of the last fetch. */
  resolve(repository: Repository, ref: string): Promise<Result<Revision>>;
  /** The remote's default branch. */
  defaultBranch(repository: Repository): Promise<Result<string>>;
  /** The branches that the remote has now, asked without fetching. */
  lookAt(repository: Repository): Promise<Result<RemoteBranches>>;
  /** All branches and tags. */
  refs(repository: Repository): Promise<Result<RefNames>>;
  /** The packs at a commit: folder names (empty when the repository is one pack) and tree ids. */
  packFolders(repository: Repository, sha: string): Promise<Result<ReadonlyMap<string, string>>>;
  /** The packs whose trees differ. */
  changedPacks(repository: Repository, span: Span): Promise<Result<readonly PackChange[]>>;
  /** The paths of all files that differ, in the whole repository. */
  changedFiles(repository: Repository, span: Span): Promise<Result<readonly string[]>>;
  /** All files below a folder, with paths relative to it. */
  listFiles(repository: Repository, folder: FolderAt): Promise<Result<readonly ListedFile[]>>;
  /** The number and the bytes of all files below a folder. */
  measure(repository: Repository, folder: FolderAt): Promise<Result<Exported>>;
  /** The texts of files of a folder, by path; those that are not there or too long are left out. */
  readTexts(
    repository: Repository,
    folder: FolderAt,
    files: readonly string[],
  ): Promise<Result<ReadonlyMap<string, string>>>;
  /** Reads a folder's files while there is time, so that those that another commit has too are remembered. */
  readAhead(repository: Repository, folder: FolderAt): Promise<Result<void>>;
  /** Writes a folder's files to `destination`, which is empty or not there; removed again when refused. */
  export(repository: Repository, folder: FolderAt, destination: string): Promise<Result<Exported>>;
  /** Commits, the newest first. */
  log(repository: Repository, range: LogRange): Promise<Result<readonly LoggedCommit[]>>;
  /** One commit with its whole message. */
  commit(repository: Repository, sha: string): Promise<Result<WholeCommit>>;
  /** Whether a commit is the other or comes before it. */
  isAncestor(repository: Repository, ancestor: string, descendant: string): Promise<Result<boolean>>;
  /** Packs the mirror's objects when there are many loose ones. For quiet hours: fetches wait meanwhile. */
  maintain(repository: Repository): Promise<Result<void>>;
  /** git's version; refused when it is missing or too old. */
  version(): Promise<Result<string>>;
  /** Ends every process that was started. */
  close(): Promise<void>;
}

/** What `createGit` needs. */
export interface GitOptions {
  readonly dataDir: string;
  /** Learns every secret that is used. */
  readonly redactor: Redactor;
  /** Looks up environment variables: secrets, and what git itself needs (PATH, HOME, proxies). */
  readonly env: LookUp;
  readonly limits?: Partial<GitLimits>;
}

/** Opens the mirrors in a data directory. No process is started before the first call. */
export function createGit(options: GitOptions): Git {
  const { dataDir, redactor, env: lookUp } = options;
  const stop = new AbortController();
  // Every running git listens to it, and their number has no bound.
  setMaxListeners(0, stop.signal);
  const limits = { ...defaultLimits, ...options.limits };
  const spare = createSpareShell();
  const pens = createPens();
  const context: GitContext = { dataDir, lookUp, redactor, limits, stopping: stop.signal, spare, pens };
  const mirrors = createMirrors(context);

  /** Reads the folder's tree, or refuses. */
  async function atTree<T>(
    repository: Repository,
    { sha, path }: FolderAt,
    use: (tree: string, mirror: Mirror) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return mirrors.read(repository, async (mirror) => {
      const tree = await treeAt(mirror.objects, { repository: repository.name, sha, path });
      if (!tree.ok) return tree;
      if (tree.value !== undefined) return use(tree.value, mirror);
      return refused(refuse('path-absent', { repository: repository.name, path, sha }));
    });
  }

  return {
    fetch: mirrors.fetch,
    maintain: mirrors.maintain,
    version: mirrors.version,
    lookAt: (repository) => lookAtRemote(context, repository),
    resolve: (repository, ref) =>
      mirrors.read(repository, ({ folder, objects }) => {
        const source = { repository: repository.name, objects, ...refReaders(folder) };
        return resolveRef(source, ref);
      }),
    defaultBranch: (repository) =>
      mirrors.read(repository, async ({ folder }) => {
        const branch = existingHead(folder);
        if (branch !== undefined) return ok(branch);
        return refused(refuse('no-default-branch', { repository: repository.name }));
      }),
    refs: (repository) =>
      mirrors.read(repository, async ({ folder }) => {
        const refs = readRefs(folder);
        return ok({ branches: branchesOf(refs), tags: tagsOf(refs) });
      }),
    packFolders: (repository, sha) =>
      mirrors.read(repository, ({ objects }) => packFoldersAt(objects, repository, sha)),
    changedPacks: (repository, span) =>
      mirrors.read(repository, ({ objects }) => changedPacksBetween(objects, repository, span)),
    changedFiles: (repository, span) =>
      mirrors.read(repository, async ({ objects }) => {
        const [from, to] = await rootTrees(objects, repository.name, span);
        if (!from.ok) return from;
        if (!to.ok) return to;
        return ok(await filesDiffering(objects, from.value, to.value));
      }),
    listFiles: (repository, folder) =>
      atTree(repository, folder, async (tree, { objects }) => ok(await filesBelow(objects, tree))),
    measure: (repository, folder) =>
      atTree(repository, folder, async (tree, { objects }) => {
        const files = await filesBelow(objects, tree);
        const sizes = await measureFiles(objects, files);
        return ok({ files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) });
      }),
    readTexts: (repository, folder, files) =>
      atTree(repository, folder, async (tree, { objects }) => ok(await textsBelow(objects, tree, files))),
    readAhead: (repository, folder) =>
      atTree(repository, folder, async (tree, { objects }) => ok(await readTreeAhead(objects, tree))),
    export: (repository, { sha, path }, destination) =>
      atTree(repository, { sha, path }, (tree, { folder: mirror, objects }) =>
        exportTree(context, objects, { repository: repository.name, mirror, tree, path, destination }),
      ),
    log: (repository, range) =>
      mirrors.read(repository, async ({ folder, objects }) => {
        const place = { repository: repository.name, mirror: folder };
        const absent = await firstAbsent(objects, place.repository, [range.to, range.from]);
        if (absent !== undefined) return absent;
        const single = await readSingle(objects, range);
        return single === undefined ? readLog(context, place, range) : ok([single]);
      }),
    commit: (repository, sha) =>
      mirrors.read(repository, async ({ objects }) => {
        const commit = await objects.commit(sha);
        if (commit === undefined)
          return refused(refuse('commit-absent', { repository: repository.name, sha }));
        return ok(wholeCommit(commit));
      }),
    isAncestor: (repository, ancestor, descendant) =>
      mirrors.read(repository, async ({ folder, objects }) => {
        const place = { repository: repository.name, mirror: folder };
        const absent = await firstAbsent(objects, place.repository, [ancestor, descendant]);
        return absent ?? readAncestry(context, place, { ancestor, descendant });
      }),
    close: async () => {
      stop.abort();
      await Promise.all([mirrors.close(), spare.close()]);
    },
  };
}

/** The default branch that was learnt, unless it is gone. */
function existingHead(mirror: string): string | undefined {
  const branch = readHead(mirror);
  return branch !== undefined && readRefs(mirror).has(`refs/heads/${branch}`) ? branch : undefined;
}

function refReaders(mirror: string) {
  return { refs: () => readRefs(mirror), head: () => existingHead(mirror) };
}

function rootTrees(objects: Objects, repository: string, { from, to }: Span) {
  return Promise.all([
    treeAt(objects, { repository, sha: from, path: '' }),
    treeAt(objects, { repository, sha: to, path: '' }),
  ]);
}

async function firstAbsent(
  objects: Objects,
  repository: string,
  shas: readonly (string | undefined)[],
): Promise<Result<never> | undefined> {
  for (const sha of shas) {
    if (sha === undefined) continue;
    const commit = await objects.commit(sha);
    if (commit === undefined) return refused(refuse('commit-absent', { repository, sha }));
  }
  return undefined;
}
