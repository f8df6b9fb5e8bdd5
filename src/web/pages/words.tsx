import type { Deployment, DeploymentStatus, PackStatus, WaitingFor } from '../../core/deployment.js';
import { explain } from '../../core/reason.js';
import { formatRevision } from '../../core/repository.js';
import { openNames } from '../../deployments/checks/names.js';
import type { ChecksView, DeploymentView, Obstacle } from '../../deployments/service.js';
import { Moment } from './time.js';

/** What a pack's status is called. */
export const packWords: Readonly<Record<PackStatus, string>> = {
  pending: 'to come',
  running: 'under way',
  live: 'live',
  unchanged: 'unchanged',
  failed: 'failed',
  restored: 'failed, restored',
  skipped: 'left out',
  removed: 'removed',
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
  packs: 'packs that it needs',
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
  if (intent.kind === 'return') {
    return `return of ${intent.pack}${plan ? ` to ${formatRevision(plan.revision)}` : ''}`;
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

/** The revision that a deployment makes live, else what was asked for. */
export function refOf({ intent, plan }: Deployment): string {
  if (plan !== undefined) return formatRevision(plan.revision);
  switch (intent.kind) {
    case 'deploy':
      return intent.ref ?? 'the default branch';
    case 'rollback':
      return intent.to ?? 'what was live before';
    case 'return':
      return 'the default branch';
  }
}

interface ObstaclesProps {
  readonly view: DeploymentView;
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** What a deployment waits for, in words: a phrase, a holder, a lock, those ahead. */
export function Obstacles({ view, now, timeZone }: ObstaclesProps) {
  const { deployment, heldBy, ahead, call } = view;
  if (call !== undefined) {
    return (
      <>
        asked for its phrase until <Moment at={call.until} now={now} timeZone={timeZone} />
      </>
    );
  }
  const held = heldBy.map((obstacle) => <Held obstacle={obstacle} now={now} timeZone={timeZone} />);
  const parts = [...held, ...(ahead.length === 0 ? [] : [<Ahead ahead={ahead} />])];
  if (view.needs !== undefined) return <>{needsWords(view.needs)}</>;
  if (view.checks !== undefined) return <>{checksWords(view.checks)}</>;
  if (parts.length > 0) return <>{parts.flatMap((part, index) => (index === 0 ? [part] : ['; ', part]))}</>;
  return <>for {waitingWords[deployment.waitingFor ?? 'turn']}</>;
}

function needsWords(needs: NonNullable<DeploymentView['needs']>): string {
  return needs
    .map(({ pack, on, deployment }) => `after #${deployment}, since ${pack} needs ${on}`)
    .join('; ');
}

function checksWords({ packs, isLate, trouble }: ChecksView): string {
  const names = (kind: 'block' | 'wait') =>
    openNames(packs.filter(({ verdict }) => verdict.kind === kind)).join(', ');
  const [failed, open] = [names('block'), names('wait')];
  return [
    ...(failed === '' ? [] : [`${failed} failed`]),
    ...(open === '' ? [] : [`for ${open}${isLate ? ', which takes too long' : ''}`]),
    ...(trouble === undefined ? [] : [explain(trouble).what]),
  ].join('; ');
}

function Held({ obstacle, now, timeZone }: { obstacle: Obstacle } & Omit<ObstaclesProps, 'view'>) {
  if (obstacle.kind === 'lock') {
    const { pack, lock } = obstacle;
    return (
      <>
        {lock.by.name} has locked {pack} because {lock.because}
      </>
    );
  }
  const { pack, holder, until } = obstacle.borrow;
  return (
    <>
      {holder.name} has borrowed {pack} until <Moment at={until} now={now} timeZone={timeZone} />
    </>
  );
}

const mostNamed = 3;

function Ahead({ ahead }: { ahead: readonly number[] }) {
  const more = ahead.length - mostNamed;
  return (
    <>
      after{' '}
      {ahead.slice(0, mostNamed).map((id, index) => (
        <>
          {index === 0 ? '' : ', '}
          <a href={`/deployments/${id}`}>#{id}</a>
        </>
      ))}
      {more > 0 && ` and ${more} more`}
    </>
  );
}
