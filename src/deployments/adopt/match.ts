import { type Adoptable, differingFiles } from '../../core/adoptable.js';
import { isRuntimeFile } from '../../core/drift.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import type { FoundPack } from '../../core/target.js';
import { packPath } from '../../git/packs.js';
import type { DeploymentDeps } from '../deps.js';
import { type Catalog, createCatalog } from '../plan/catalog.js';
import { findCommit } from '../plan/commit.js';

/** How many commits of a pack are looked at. */
const mostCommits = 300;

type Found = FoundPack & { readonly target: string };
type Nearest = NonNullable<Adoptable['nearest']>;

/** The packs on all targets that Packtrain did not put there, each with the commit that it is, or is nearest to. */
export async function adoptables(deps: DeploymentDeps): Promise<Result<readonly Adoptable[]>> {
  const catalog = createCatalog(deps.git);
  const all: Adoptable[] = [];
  for (const name of deps.config().targets.keys()) {
    const found = await deps.targetNamed(name)?.found();
    if (found === undefined) continue;
    if (!found.ok) return found;
    for (const one of found.value) all.push(await matched(deps, catalog, { ...one, target: name }));
  }
  return ok(all);
}

async function matched(deps: DeploymentDeps, catalog: Catalog, found: Found): Promise<Adoptable> {
  const { files, ...about } = found;
  const repositories = [...deps.config().repositories.values()].filter(
    ({ target }) => target === found.target,
  );
  let nearest: Nearest | undefined;
  for (const repository of files.size === 0 ? [] : repositories) {
    const here = await nearestIn(deps, catalog, { repository, found });
    if (here === undefined) continue;
    if (here.differs.length === 0)
      return { ...about, match: { repository: here.repository, revision: here.revision } };
    if (nearest === undefined || here.differs.length < nearest.differs.length) nearest = here;
  }
  return nearest === undefined ? about : { ...about, nearest };
}

interface Where {
  readonly repository: Repository;
  readonly found: Found;
}

/** Of a repository's default branch, the newest commit with exactly the pack's files, else the one nearest to it. */
async function nearestIn(
  deps: DeploymentDeps,
  catalog: Catalog,
  { repository, found }: Where,
): Promise<Nearest | undefined> {
  const head = await findCommit(deps.git, repository, {});
  if (!head.ok) return undefined;
  const { ref, sha: newest } = head.value.revision;
  const packs = await catalog.packsAt(repository, newest);
  const at = packs.ok ? packs.value.find(({ pack }) => pack === found.pack) : undefined;
  // One that is the whole repository has only its ref to be known by.
  if (at === undefined && repository.subtree === false) return undefined;
  const path = at?.path ?? packPath(repository, found.pack);
  const log = await deps.git.log(repository, { from: undefined, to: newest, path, max: mostCommits });
  if (!log.ok) return undefined;
  const [first, ...older] = log.value.map(({ sha }) => sha);
  // What the newest commit of the pack has, the branch has now.
  const shas = first === undefined ? [] : [at === undefined ? first : newest, ...older];
  return await nearestAmong(deps, shas, { repository, found, path, ref });
}

async function nearestAmong(
  deps: DeploymentDeps,
  shas: readonly string[],
  at: Where & { readonly path: string; readonly ref: string },
): Promise<Nearest | undefined> {
  let nearest: Nearest | undefined;
  for (const sha of shas) {
    const differs = await differsAt(deps, { ...at, sha });
    if (differs === undefined) continue;
    const isNearer = nearest === undefined || differs.length < nearest.differs.length;
    if (isNearer) nearest = { repository: at.repository.name, revision: { ref: at.ref, sha }, differs };
    if (differs.length === 0) break;
  }
  return nearest;
}

async function differsAt(
  { git }: Pick<DeploymentDeps, 'git'>,
  at: {
    readonly repository: Repository;
    readonly sha: string;
    readonly path: string;
    readonly found: FoundPack;
  },
) {
  const listed = await git.listFiles(at.repository, at);
  if (!listed.ok) return undefined;
  return differingFiles(at.found.files, idsOf(listed.value));
}

/** The ids of a commit's files, without what running a pack leaves. */
export function idsOf(
  files: readonly { readonly path: string; readonly id: string }[],
): ReadonlyMap<string, string> {
  return new Map(files.filter(({ path }) => !isRuntimeFile(path)).map(({ path, id }) => [path, id]));
}
