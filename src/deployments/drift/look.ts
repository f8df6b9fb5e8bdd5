import { type Drift, type DriftedFile, driftedFiles, type LookedFiles } from '../../core/drift.js';
import { matchesPath } from '../../core/glob.js';
import type { LiveRevision } from '../../core/plan.js';
import { ok, type Result } from '../../core/result.js';
import type { Target } from '../../core/target.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';
import type { Catalog } from '../plan/catalog.js';

/** What looking for drift takes. */
export interface DriftTools {
  readonly deps: Pick<DeploymentDeps, 'git' | 'config' | 'targetNamed'>;
  readonly catalog: Catalog;
}

/** A live pack. */
export interface LiveOne {
  readonly target: Target;
  readonly pack: string;
  readonly live: LiveRevision;
  /** How its files look, where that is known already. */
  readonly looked?: LookedFiles | undefined;
}

/** The files of a live pack that are not as its commit has them. Git is asked only about those that look otherwise. */
export async function filesDrifted(
  tools: DriftTools,
  { target, pack, live, looked: known }: LiveOne,
): Promise<Result<readonly DriftedFile[]>> {
  const looked = known === undefined ? await target.files(pack) : ok(known);
  if (!looked.ok) return looked;
  if (looked.value.suspects.length === 0 && !looked.value.areAll) return ok([]);
  return ok(await compared(tools, { target, pack, live }, looked.value));
}

async function compared(
  tools: DriftTools,
  { target, pack, live }: LiveOne,
  looked: LookedFiles,
): Promise<readonly DriftedFile[]> {
  const ignored = tools.deps.config().targets.get(target.name)?.drift?.ignore ?? [];
  const files = driftedFiles(looked, await filesOf(tools, pack, live));
  return files.filter(({ path }) => !ignored.some((pattern) => matchesPath(pattern, path)));
}

/** The ids of a pack's files at the commit that is live; undefined when it can't be read any more. */
async function filesOf(
  { deps, catalog }: DriftTools,
  pack: string,
  { repository, revision, tree }: LiveRevision,
): Promise<ReadonlyMap<string, string> | undefined> {
  const found = repositoryNamed(deps.config(), repository);
  if (!found.ok) return undefined;
  const packs = await catalog.packsAt(found.value, revision.sha);
  const at = packs.ok ? packs.value.find((one) => one.pack === pack && one.tree === tree) : undefined;
  if (at === undefined) return undefined;
  const listed = await deps.git.listFiles(found.value, { sha: revision.sha, path: at.path });
  return listed.ok ? new Map(listed.value.map(({ path, id }) => [path, id])) : undefined;
}

/**
 * In what a pack that is recorded as live is not what was made live; undefined when all is well, or when something newer
 * is live by now.
 */
export async function driftOf(tools: DriftTools, one: LiveOne): Promise<Result<Drift | undefined>> {
  const live = await one.target.live(one.pack);
  if (!live.ok) return live;
  if (live.value.state === 'absent') return ok({ kind: 'gone' });
  if (live.value.state === 'foreign') return ok({ kind: 'replaced', found: live.value.description });
  if (live.value.release.id !== one.live.release) return ok(undefined);
  const files = await filesDrifted(tools, one);
  if (!files.ok) return files;
  return ok(files.value.length === 0 ? undefined : { kind: 'files', files: files.value });
}
