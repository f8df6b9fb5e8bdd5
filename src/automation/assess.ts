import { isPerPack } from '../checks/verdict.js';
import type { Push, PushPart, PushSource } from '../core/push.js';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result } from '../core/result.js';
import { openBorrows } from '../store/borrows.js';
import { openLocks } from '../store/locks.js';
import type { NewPush } from '../store/pushes.js';
import type { Watch } from '../store/watches.js';
import type { Automatic, AutomationDeps } from './deps.js';
import { divide, inOrder } from './parts.js';

/** A commit that a branch was found at. */
export interface Found {
  readonly repository: Automatic;
  readonly watch: Watch;
  readonly sha: string;
  readonly source: PushSource;
}

type Content = Pick<Push, 'parts' | 'held' | 'gone' | 'nothing' | 'refusal'>;

/** Finds out what a push brings. Refused when the mirror or the target can't be read: then it is tried again. */
export async function assess(deps: AutomationDeps, found: Found): Promise<Result<NewPush>> {
  const { repository, watch, sha, source } = found;
  const commit = await deps.git.commit(repository, sha);
  if (!commit.ok) return commit;
  const { message, author } = commit.value;
  const content = isToSkip(message) ? ok(skipped) : await contentOf(deps, found);
  if (!content.ok) return content;
  return ok({
    repository: repository.name,
    branch: watch.branch,
    isForced: await isForced(deps, found),
    at: deps.clock.now(),
    ...{ sha, message, author, source },
    ...content.value,
  });
}

const skipped: Content = { nothing: 'skip-asked', parts: [], held: [], gone: [] };

/** Whether a commit asks not to be deployed. */
export function isToSkip(message: string): boolean {
  return /\[deploy skip\]/i.test(message);
}

async function isForced({ git }: AutomationDeps, { repository, watch, sha }: Found): Promise<boolean> {
  if (watch.sha === undefined) return false;
  const isBefore = await git.isAncestor(repository, watch.sha, sha);
  return !isBefore.ok || !isBefore.value;
}

async function contentOf(deps: AutomationDeps, found: Found): Promise<Result<Content>> {
  const { repository, sha } = found;
  const compared = await deps.forPushes.compare(repository, sha);
  if (!compared.ok) return isAboutCommit(compared.refusal) ? ok(unusable(compared.refusal)) : compared;
  const { packs, changed, held, gone } = compared.value;
  // A commit without any pack is more likely a slip than a wish to take everything away.
  if (packs.length === 0) return ok(unusable(refuse('no-packs', { repository: repository.name })));
  const parts = divide({
    changed,
    removes: repository.prune === true ? gone : [],
    hasChecksPerPack: repository.autoDeployment.checks?.required.some(isPerPack) ?? false,
    isHeld: await heldBySomebody(deps, repository),
  });
  const nothing = parts.length === 0 ? { nothing: 'nothing-changed' as const } : {};
  const ordered = parts.length < 2 ? parts : inOrder(parts, await needsIn(deps, found, parts));
  return ok({ parts: ordered, held, gone: await newlyGone(deps, found, gone), ...nothing });
}

function needsIn({ forPushes }: AutomationDeps, { repository, sha }: Found, parts: readonly PushPart[]) {
  const changed = parts.flatMap(({ packs }) => packs);
  const removed = parts.flatMap(({ removes }) => removes);
  return forPushes.needs(repository, { sha, changed, removed });
}

function unusable(refusal: Refusal): Content {
  return { refusal, parts: [], held: [], gone: [] };
}

const aboutCommit: readonly Refusal['code'][] = ['pack-twice', 'no-packs', 'subtree-absent', 'path-absent'];

function isAboutCommit({ code }: Refusal): boolean {
  return aboutCommit.includes(code);
}

async function heldBySomebody(
  deps: AutomationDeps,
  { target }: Automatic,
): Promise<(pack: string) => boolean> {
  const borrows = await openBorrows(deps.db, { target });
  const locks = await openLocks(deps.db, deps.clock.now());
  const locked = locks.flatMap(({ scope }) => (scope.kind === 'pack' ? [scope.pack] : []));
  const held = new Set([...borrows.map(({ pack }) => pack), ...locked]);
  return (pack) => held.has(pack);
}

/** Of the packs that are gone, those that this push took away: the others were told of before. */
async function newlyGone(
  { forPushes }: AutomationDeps,
  { repository, watch }: Found,
  gone: readonly string[],
): Promise<readonly string[]> {
  if (gone.length === 0 || watch.sha === undefined) return gone;
  const before = await forPushes.packsAt(repository, watch.sha);
  if (!before.ok) return gone;
  return gone.filter((pack) => before.value.includes(pack));
}
