import type { Deployment, DeploymentStatus, PackStatus, WaitingFor } from '../../core/deployment.js';
import { formatRevision } from '../../core/repository.js';

/** What a pack's status is called. */
export const packWords: Readonly<Record<PackStatus, string>> = {
  pending: 'to come',
  running: 'under way',
  live: 'live',
  unchanged: 'unchanged',
  failed: 'failed',
  restored: 'failed, restored',
  skipped: 'left out',
};

const statusWords: Readonly<Record<DeploymentStatus, string>> = {
  queued: 'queued',
  waiting: 'waiting',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  errored: 'broke',
  canceled: 'canceled',
  expired: 'expired',
  superseded: 'replaced',
};

const waitingWords: Readonly<Record<WaitingFor, string>> = {
  turn: 'its turn',
  lock: 'a lock',
  confirmation: 'a confirmation',
  checks: 'checks',
  window: 'the time that is allowed',
};

/** A deployment's status as a badge. */
export function StatusBadge({ deployment }: { readonly deployment: Deployment }) {
  const { status, waitingFor } = deployment;
  const word = statusWords[status];
  return (
    <span class={`badge ${status}`}>
      {status === 'waiting' && waitingFor !== undefined ? `${word} for ${waitingWords[waitingFor]}` : word}
    </span>
  );
}

/** What a deployment is, in a few words: `beans, tea from groceries main@1a2b3c4`. */
export function titleOf({ intent, plan, packs }: Deployment): string {
  const named = packs.map((one) => one.pack);
  if (intent.kind === 'rollback') {
    return `${intent.pack} back to ${plan ? formatRevision(plan.revision) : (intent.to ?? 'what was live before')}`;
  }
  const ref = plan ? formatRevision(plan.revision) : intent.ref;
  return [packsOf(named, intent.packs), 'from', intent.repository, ...(ref === undefined ? [] : [ref])].join(
    ' ',
  );
}

function packsOf(named: readonly string[], selection: { kind: string; packs?: readonly string[] }): string {
  const packs = named.length > 0 ? named : (selection.packs ?? []);
  if (packs.length === 0) return selection.kind === 'all' ? 'all packs' : 'the packs that differ';
  const [first, second, ...rest] = packs;
  if (rest.length > 1) return `${first}, ${second} and ${rest.length} more`;
  return packs.join(', ');
}
