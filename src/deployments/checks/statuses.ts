import type { Deployment } from '../../core/deployment.js';
import { isEnd } from '../../core/deployment.js';
import type { CommitStatus, HostAccess } from '../../core/host.js';
import { ok, type Result } from '../../core/result.js';
import {
  deploymentsOfCommit,
  keepTold,
  type ToldStatus,
  toldStatuses,
  untoldDeployments,
  withCommit,
} from '../../store/commit-statuses.js';
import { findDeployment, findDeployments } from '../../store/deployments.js';
import type { Changes } from '../changes.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';
import { type Runner, startRunner } from '../runner.js';
import { statusOf } from './status-rule.js';

/** What telling hosts takes. */
export interface StatusesDeps extends Pick<DeploymentDeps, 'db' | 'config' | 'hostOf' | 'clock' | 'log'> {
  readonly changes: Changes;
  /** The address of a deployment's page. */
  readonly pageOf: (deployment: number) => string;
  /** How often it is looked for what is to be told again, in milliseconds; every five seconds unless given. */
  readonly tryAgainMs?: number;
}

const firstRetryMs = 10_000;
const longestRetryMs = 30 * 60_000;
/** What a host did not take for so long is not told any more. */
const newsMs = 86_400_000;

/**
 * Shows deployments on their commits, at the hosts that are told of them: always the newest state, so what came in
 * between is left out. What was told stands in the database, so a crash leaves it to be told later. No deployment waits
 * for it.
 */
export function tellHosts(deps: StatusesDeps): Runner {
  const { changes, log, db, tryAgainMs } = deps;
  return startRunner({
    ...{ changes, log, tryAgainMs, name: 'what hosts are told' },
    isConcerned: (changed) => changed > 0 && told(deps).length > 0,
    open: () => {
      const now = deps.clock.now();
      const since = new Date(now.getTime() - newsMs);
      return untoldDeployments(db, { repositories: told(deps), since, now });
    },
    async work(deployment) {
      const commit = await commitOf(deps, deployment);
      if (commit !== undefined) await tell(deps, commit);
    },
  });
}

/** The repositories whose hosts are told. */
function told({ config, hostOf }: StatusesDeps): readonly string[] {
  return [...config().repositories.values()]
    .filter((repository) => {
      const host = hostOf?.(repository);
      return (
        host?.api !== undefined && host.path !== undefined && (host.commitStatus || host.deploymentRecords)
      );
    })
    .map(({ name }) => name);
}

/** A commit whose host is to be told of its deployments. */
interface ToldCommit {
  readonly key: string;
  readonly repository: string;
  readonly sha: string;
  readonly host: HostAccess;
}

async function commitOf(deps: StatusesDeps, id: number): Promise<ToldCommit | undefined> {
  const plan = (await findDeployment(deps.db, id))?.plan;
  const repository = plan && repositoryNamed(deps.config(), plan.repository);
  if (plan === undefined || repository?.ok !== true || plan.revision.sha === '') return undefined;
  const host = deps.hostOf?.(repository.value);
  const { sha } = plan.revision;
  return host === undefined
    ? undefined
    : { key: `${plan.repository} ${sha}`, repository: plan.repository, sha, host };
}

async function tell(deps: StatusesDeps, commit: ToldCommit): Promise<void> {
  await withCommit(deps.db, commit.key, async () => {
    const ids = await deploymentsOfCommit(deps.db, commit.repository, commit.sha);
    const deployments = await findDeployments(deps.db, ids);
    const before = await toldStatuses(deps.db, ids);
    const words = statusOf(deployments);
    const newest = deployments[0];
    if (words === undefined || newest === undefined) return;
    const { nextTryAt } = before.get(newest.id) ?? {};
    if (nextTryAt !== undefined && nextTryAt > deps.clock.now()) return;
    const { deployment, state, description } = words;
    const status: CommitStatus = { sha: commit.sha, state, description, url: deps.pageOf(deployment) };
    const shown = await showStatus(commit, status, before.get(newest.id));
    for (const one of deployments)
      await keep(deps, { commit, one, isNewest: one === newest, shown, before: before.get(one.id) });
  });
}

/** Shows the commit's status, unless that was said last. @returns what was said */
async function showStatus(
  { host }: ToldCommit,
  status: CommitStatus,
  before: ToldStatus | undefined,
): Promise<Result<string | undefined>> {
  const said = JSON.stringify(status);
  if (!host.commitStatus || host.api === undefined || host.path === undefined) return ok(undefined);
  if (before?.said === said) return ok(said);
  const set = await host.api.setStatus(host.path, status);
  return set.ok ? ok(said) : set;
}

interface Kept {
  readonly commit: ToldCommit;
  readonly one: Deployment;
  readonly isNewest: boolean;
  readonly shown: Result<string | undefined>;
  readonly before: ToldStatus | undefined;
}

/** Keeps what was told; what the host did not take is tried again later, at growing intervals. */
async function keep(deps: StatusesDeps, { commit, one, isNewest, shown, before }: Kept): Promise<void> {
  const record = await recordOf(deps, commit, one, before);
  const isWell = shown.ok && record.ok;
  const tries = isWell ? 0 : (before?.tries ?? 0) + 1;
  const waitMs = Math.min(firstRetryMs * 2 ** (tries - 1), longestRetryMs);
  const refusal = shown.ok ? (record.ok ? undefined : record.refusal) : shown.refusal;
  if (refusal !== undefined && isNewest && tries === 1)
    deps.log.warn({ deployment: one.id, refusal }, 'a Git host did not take what was told of a deployment');
  await keepTold(deps.db, one.id, {
    said: shown.ok && isNewest ? shown.value : before?.said,
    record: record.ok ? record.value : before?.record,
    isFinal: isWell && isEnd(one.status),
    tries,
    nextTryAt: isWell ? undefined : new Date(deps.clock.now().getTime() + waitMs),
  });
}

/** Keeps the host's own record of a deployment; its name there carries the state that was told last. */
async function recordOf(
  deps: StatusesDeps,
  { host }: ToldCommit,
  one: Deployment,
  before: ToldStatus | undefined,
): Promise<Result<string | undefined>> {
  const { plan } = one;
  const { api, path, deploymentRecords } = host;
  const words = statusOf([one]);
  const isBegun = one.startedAt !== undefined;
  if (!deploymentRecords || api?.recordDeployment === undefined || path === undefined) return ok(undefined);
  if (plan === undefined || words === undefined || !isBegun) return ok(before?.record);
  const [known, state] = before?.record?.split(' ') ?? [];
  if (state === words.state) return ok(before?.record);
  const { sha, ref } = plan.revision;
  const url = deps.pageOf(one.id);
  const record = {
    sha,
    ref,
    environment: plan.target,
    state: words.state,
    description: words.description,
    url,
  };
  const made = await api.recordDeployment(path, record, known);
  return made.ok ? ok(`${made.value} ${words.state}`) : made;
}
