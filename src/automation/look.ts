import { nearest } from '../core/near.js';
import { type Refusal, refuse } from '../core/reason.js';
import type { Result } from '../core/result.js';
import { keepPush, type NewPush, unrequestedPushes } from '../store/pushes.js';
import type { Watch } from '../store/watches.js';
import { assess } from './assess.js';
import type { Automatic, AutomationDeps } from './deps.js';
import { requestDeployments } from './request.js';

/**
 * What a look came to. `again`: somebody else has looked meanwhile. `not-yet`: a host told of a commit that its remote
 * does not show.
 */
export type Seen =
  | { readonly kind: 'seen' }
  | { readonly kind: 'again' }
  | { readonly kind: 'not-yet'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly refusal: Refusal };

/**
 * Looks at a branch: asks the remote where it stands, and when that is not where it was seen last, fetches, keeps the push
 * and asks for its deployments. A crash at any point leaves either nothing kept, or a push that the next look goes on with.
 */
export async function lookAtBranch(deps: AutomationDeps, repository: Automatic, watch: Watch): Promise<Seen> {
  for (const push of await unrequestedPushes(deps.db, watch)) await requestDeployments(deps, push);
  const where = await whereItIs(deps, repository, watch);
  if ('seen' in where) return where.seen;
  const source = watch.hintedBy ?? 'poll';
  const push = await assess(deps, { repository, watch, sha: where.sha, source });
  if (!push.ok) return { kind: 'failed', refusal: push.refusal };
  const kept = await keepPush(deps.db, watch, push.value, channelOf(repository, push.value));
  if (kept === undefined) return { kind: 'again' };
  await requestDeployments(deps, kept);
  return { kind: 'seen' };
}

/** The channel that is told of a push, when there is something to tell. */
function channelOf({ autoDeployment }: Automatic, push: NewPush): string | undefined {
  const isTold = push.nothing !== 'nothing-changed' || push.gone.length > 0;
  return isTold ? autoDeployment.notifyChannel : undefined;
}

type Where = { readonly sha: string } | { readonly seen: Seen };

/** The commit that the branch is at by now, if it has moved. */
async function whereItIs(deps: AutomationDeps, repository: Automatic, watch: Watch): Promise<Where> {
  const { hintedSha } = watch;
  const isHinted = hintedSha !== undefined && hintedSha !== watch.sha;
  if (isHinted) return await fetchIt(deps, repository, watch, hintedSha);
  const remote = await deps.git.lookAt(repository);
  if (!remote.ok) return failed(remote.refusal);
  const sha = remote.value.get(watch.branch);
  if (sha === undefined) return failed(branchGone(watch, [...remote.value.keys()]));
  return sha === watch.sha ? { seen: { kind: 'seen' } } : await fetchIt(deps, repository, watch, sha);
}

async function fetchIt(
  { git }: AutomationDeps,
  repository: Automatic,
  watch: Watch,
  expected: string,
): Promise<Where> {
  const fetched = await git.fetch(repository);
  if (!fetched.ok) return failed(fetched.refusal);
  const head = await headOf(git, repository, watch);
  if (!head.ok) return failed(head.refusal);
  if (head.value !== watch.sha) return { sha: head.value };
  // A commit that is known is an old one: that delivery came late.
  const known = await git.resolve(repository, expected);
  if (known.ok) return { seen: { kind: 'seen' } };
  const { branch } = watch;
  return {
    seen: {
      kind: 'not-yet',
      refusal: refuse('push-not-there-yet', { repository: repository.name, branch, sha: expected }),
    },
  };
}

async function headOf(
  git: AutomationDeps['git'],
  repository: Automatic,
  watch: Watch,
): Promise<Result<string>> {
  const head = await git.resolve(repository, `refs/heads/${watch.branch}`);
  if (head.ok) return { ok: true, value: head.value.sha };
  if (head.refusal.code !== 'unknown-ref') return head;
  const refs = await git.refs(repository);
  return { ok: false, refusal: branchGone(watch, refs.ok ? refs.value.branches : []) };
}

function branchGone({ repository, branch }: Watch, branches: readonly string[]): Refusal {
  return refuse('branch-gone', { repository, branch, near: nearest(branch, new Set(branches)) });
}

function failed(refusal: Refusal): Where {
  return { seen: { kind: 'failed', refusal } };
}
