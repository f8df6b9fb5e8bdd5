import { type Deployment, isEnd, type PackOutcome } from '../../core/deployment.js';
import type { CommitStatus } from '../../core/host.js';
import { explain, type Refusal } from '../../core/reason.js';

/** What a commit's status says of deployments; where it leads is the newest of them. */
export type StatusWords = Pick<CommitStatus, 'state' | 'description'> & { readonly deployment: number };

const longest = 140;

/**
 * The one status of a commit for all deployments of it: pending while one is open; else a failure if any pack's newest
 * deployment failed, which nobody shall take for a success; else a success.
 * @param deployments of one commit, in any order, with at least one
 */
export function statusOf(deployments: readonly Deployment[]): StatusWords | undefined {
  const sorted = [...deployments].sort((a, b) => b.id - a.id);
  const open = sorted.find(({ status }) => !isEnd(status));
  if (open !== undefined) return words(open, 'pending', doing(open));
  // What was never begun says nothing where something else was carried out.
  const ended = sorted.filter(
    ({ status }) => status === 'succeeded' || status === 'failed' || status === 'errored',
  );
  const [newest] = ended.length > 0 ? ended : sorted;
  if (newest === undefined) return undefined;
  if (ended.length === 0) return words(newest, 'failure', `Nothing was deployed: ${newest.status}.`);
  const failed = ended.find((one) => isBad(one, ended));
  return failed === undefined
    ? words(newest, 'success', done(newest))
    : words(failed, 'failure', why(failed, ended));
}

function words(
  { id: deployment }: Deployment,
  state: CommitStatus['state'],
  description: string,
): StatusWords {
  const line = description.replace(/\s+/gu, ' ');
  const isLong = line.length > longest;
  return { deployment, state, description: isLong ? `${line.slice(0, longest - 1)}…` : line };
}

function doing({ status, waitingFor }: Deployment): string {
  if (status === 'running') return 'Deploying…';
  return waitingFor === undefined ? 'About to deploy.' : `Waits for ${waits[waitingFor]}.`;
}

const waits = {
  turn: 'its turn',
  lock: 'a lock',
  confirmation: 'a confirmation',
  checks: 'other checks',
  packs: 'packs that it needs',
  window: 'its time',
} as const;

function done({ packs }: Deployment): string {
  const live = packs
    .filter(({ status }) => status === 'live' || status === 'removed')
    .map(({ pack }) => pack);
  return live.length === 0 ? 'Live already.' : `Live: ${live.join(', ')}.`;
}

/** Whether a deployment left a pack behind that no newer one has made good. */
function isBad(deployment: Deployment, all: readonly Deployment[]): boolean {
  if (deployment.status === 'succeeded') return false;
  return deployment.packs.length === 0
    ? all[0] === deployment
    : badPacks(deployment, all).length > 0 || all[0] === deployment;
}

function badPacks(deployment: Deployment, all: readonly Deployment[]): readonly PackOutcome[] {
  const newer = all.filter((one) => one.id > deployment.id);
  const isMended = (pack: string) =>
    newer.some((one) =>
      one.packs.some((p) => p.pack === pack && (p.status === 'live' || p.status === 'removed')),
    );
  return deployment.packs.filter((p) => !isGood(p) && !isMended(p.pack));
}

function isGood({ status }: PackOutcome): boolean {
  return status === 'live' || status === 'removed' || status === 'unchanged';
}

function why(deployment: Deployment, all: readonly Deployment[]): string {
  const [first] = badPacks(deployment, all);
  const refusal: Refusal | undefined = deployment.refusal ?? first?.refusal;
  const what = refusal === undefined ? deployment.status : explain(refusal).what;
  return first === undefined ? what : `${first.pack}: ${what}`;
}
