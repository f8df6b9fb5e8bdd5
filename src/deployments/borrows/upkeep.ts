import type { Borrow } from '../../core/borrow.js';
import type { Repository } from '../../core/repository.js';
import { borrowChange, borrowEndChange, openBorrows } from '../../store/borrows.js';
import type { Change } from '../../store/events.js';
import { repositoryNamed } from '../lookup.js';
import type { PackRun, Run } from '../run.js';

const defaultReturnAfterMs = 3_600_000;
const defaultWarnBeforeMs = 600_000;

/** For how long a repository's packs are borrowed, in milliseconds. */
export function borrowRuleOf(repository: Repository | undefined): {
  readonly returnAfterMs: number;
  readonly warnBeforeMs: number;
  readonly maxMs?: number;
} {
  return repository?.borrow ?? { returnAfterMs: defaultReturnAfterMs, warnBeforeMs: defaultWarnBeforeMs };
}

/**
 * What keeps the borrow of a pack that has just gone live true: another branch than the default one begins it or lets it
 * go on, everything else ends it.
 */
export async function borrowUpkeep(run: Run, at: PackRun): Promise<Change> {
  const { db, clock } = run.deps;
  const { plan, deployment } = at;
  const place = { target: plan.target, pack: at.pack.pack };
  if (!isBorrowing(at)) return borrowEndChange(db, place, clock.now());
  const now = clock.now();
  const repository = repositoryNamed(run.deps.config(), plan.repository);
  const rule = borrowRuleOf(repository.ok ? repository.value : undefined);
  const asked = deployment.intent.kind === 'deploy' ? deployment.intent.forMs : undefined;
  const [open] = await openBorrows(db, place);
  return borrowChange(db, {
    ...place,
    repository: plan.repository,
    ref: plan.revision.ref,
    holder: deployment.requester,
    origin: deployment.origin,
    deployment: run.id,
    at: now,
    until: endOf(open, now, asked ?? rule.returnAfterMs, rule.maxMs),
    displaced: at.pack.from,
  });
}

function isBorrowing({ plan, deployment }: PackRun): boolean {
  const isAutomatic = deployment.via === 'push' || deployment.via === 'timer';
  return deployment.intent.kind !== 'return' && !plan.isDefaultBranch && !isAutomatic;
}

function endOf(open: Borrow | undefined, now: Date, forMs: number, maxMs: number | undefined): Date {
  const end = now.getTime() + forMs;
  const latest = (open?.since ?? now).getTime() + (maxMs ?? Number.POSITIVE_INFINITY);
  return new Date(Math.min(end, latest));
}
