import { matchesName, matchesPath } from '../../core/glob.js';
import type { LiveRevision } from '../../core/plan.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import type { Git } from '../../git/git.js';

/** What is live of a pack, by which it is told whether a shared path has changed since. */
export interface SharedSince {
  readonly pack: string;
  readonly live: LiveRevision;
}

/**
 * The packs that count as changed because a path that they share with others differs between the commit that is live
 * and another. One whose live commit is gone, say after a force-push, counts as changed: there is no telling.
 */
export async function changedByShared(
  git: Pick<Git, 'changedFiles'>,
  repository: Repository,
  { sha, live }: { readonly sha: string; readonly live: readonly SharedSince[] },
): Promise<Result<ReadonlySet<string>>> {
  const { sharedPaths = [] } = repository;
  const changed = new Set<string>();
  const using = live.filter((one) => sharedPaths.some(({ packs }) => isAmong(packs, one.pack)));
  for (const from of new Set(using.map((one) => one.live.revision.sha))) {
    if (from === sha) continue;
    const files = await git.changedFiles(repository, { from, to: sha });
    if (!files.ok && files.refusal.code !== 'commit-absent') return files;
    const isTouched = (pattern: string) =>
      !files.ok || files.value.some((file) => matchesPath(pattern, file));
    const touched = sharedPaths.filter(({ pattern }) => isTouched(pattern));
    for (const { pack, live: at } of using)
      if (at.revision.sha === from && touched.some(({ packs }) => isAmong(packs, pack))) changed.add(pack);
  }
  return ok(changed);
}

function isAmong(patterns: readonly string[], pack: string): boolean {
  return patterns.some((pattern) => matchesName(pattern, pack));
}
