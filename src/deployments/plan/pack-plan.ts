import type { LiveRevision, PackPlan, PackRefusal } from '../../core/plan.js';
import { refuse } from '../../core/reason.js';
import type { Repository } from '../../core/repository.js';
import { diffContent } from '../../packs/diff.js';
import { formatProblems } from '../../packs/format-problems.js';
import type { PackAt } from './catalog.js';
import type { PackReading } from './contents.js';

/** One pack at the commit to deploy, and what is live of it. */
export interface PackToPlan {
  readonly repository: Repository;
  readonly at: PackAt;
  readonly from: LiveRevision | undefined;
  /** The reading of what is live, where it can still be read. */
  readonly before: PackReading | undefined;
  /** Whether the target can run actions. */
  readonly canRun: boolean;
  /** Whether just this is there already, put there by somebody else. */
  readonly isThere: boolean;
}

/** Plans one pack: what would change, or why it can't go live as it is. */
export function planPack(read: PackReading, todo: PackToPlan): PackPlan | PackRefusal {
  const { at, from, canRun } = todo;
  const before = todo.isThere ? read : todo.before;
  const errors = read.problems.filter((p) => p.severity === 'error');
  if (errors.length > 0)
    return {
      pack: at.pack,
      refusal: refuse('pack-invalid', { pack: at.pack, problems: formatProblems(errors, at.path) }),
    };
  const warnings = read.problems.filter((p) => p.severity === 'warning');
  const canary = read.content?.canary;
  return {
    pack: at.pack,
    path: at.path,
    tree: at.tree,
    ...(from === undefined ? {} : { from }),
    diff: diffContent(before?.content, read.content, changedFiles(before, read)),
    ...(canary === undefined || !canRun ? {} : { canary }),
    warnings: [
      ...formatProblems(warnings, at.path),
      ...(canary === undefined || canRun ? [] : [notRun(todo, canary.action)]),
    ],
  };
}

function notRun({ repository }: PackToPlan, action: string): string {
  return `its canary ${action} is not run: the target ${repository.target} can't run actions`;
}

function changedFiles(before: PackReading | undefined, after: PackReading): string[] {
  const old = before?.files ?? new Map<string, string>();
  const changed = [...after.files].filter(([path, id]) => old.get(path) !== id).map(([path]) => path);
  const gone = [...old.keys()].filter((path) => !after.files.has(path));
  return [...changed, ...gone].sort();
}
