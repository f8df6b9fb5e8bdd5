import type { Deployment } from '../core/deployment.js';
import { scopeName } from '../core/lock.js';
import { nearest } from '../core/near.js';
import type { Plan } from '../core/plan.js';
import type { Push } from '../core/push.js';
import { explain, type Refusal, refuse } from '../core/reason.js';
import { formatRevision, type Revision } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { activationHistory } from '../store/activations.js';
import { findDeployments, listDeploymentIds } from '../store/deployments.js';
import { newestPushes } from '../store/pushes.js';
import { judge, rulesOf } from './checks/judge.js';
import { repositoryNamed } from './lookup.js';
import { packViews } from './pack-views.js';
import { findCommit } from './plan/commit.js';
import type { ChecksView, PackView, WhyView } from './service.js';
import type { ServiceDeps } from './service-deps.js';
import { failure } from './steps/checks.js';

type Block = NonNullable<WhyView['block']>;

/** How often a pack is looked at that changes each time. */
const mostLooks = 10;

/** Why a pack is as it is: what is live, what is newest, and the one thing that blocks. */
export async function whyOf(deps: ServiceDeps, pack: string): Promise<Result<WhyView>> {
  for (let looks = 1; ; looks += 1) {
    const why = await lookAt(deps, pack);
    if (!why.ok || looks === mostLooks) return why;
    // What is live may have changed between the look at it and the plan that is compared with it.
    const after = (await packViews(deps, pack)).find(({ target }) => target === why.value.view.target);
    if (after !== undefined && stateOf(after) === stateOf(why.value.view)) return why;
  }
}

function stateOf({ live, borrow, queue }: PackView): string {
  const open = queue.map(({ deployment: { id, status } }) => [id, status]);
  return JSON.stringify([live?.live.release, borrow?.id, open]);
}

async function lookAt(deps: ServiceDeps, pack: string): Promise<Result<WhyView>> {
  const all = await packViews(deps);
  const view = all.find((v) => v.pack === pack);
  if (view === undefined) {
    const near = nearest(pack, new Set(all.map((v) => v.pack)));
    return refused(refuse('pack-not-live', { pack, near }));
  }
  const ids = await listDeploymentIds(deps.db, { pack, limit: 5 });
  const history = await findDeployments(deps.db, ids);
  const goal = await goalOf(deps, view);
  const push = await pushTo(deps, goal);
  const block =
    holdOf(view, history) ??
    unseen(view) ??
    pushRefused(view, goal, push) ??
    (await differenceOf(deps, { view, history, goal }));
  return ok({
    view,
    history,
    ...(goal.newest === undefined ? {} : { newest: goal.newest }),
    ...(push === undefined ? {} : { push }),
    ...(block === undefined ? {} : { block }),
  });
}

/** What deploying the pack from its default branch would do now, or why there is no telling. */
interface Goal {
  readonly repository: string;
  readonly newest?: Revision;
  readonly plan?: Plan;
  readonly refusal?: Refusal;
}

async function goalOf(deps: ServiceDeps, view: PackView): Promise<Goal> {
  const [first] = view.queue;
  const plan = first?.deployment.plan;
  const name = view.live?.live.repository ?? view.borrow?.repository ?? plan?.repository;
  if (name === undefined) return { repository: '' };
  const repository = repositoryNamed(deps.config(), name);
  if (!repository.ok) return { repository: name, refusal: repository.refusal };
  const commit = await findCommit(deps.git, repository.value, {});
  if (!commit.ok) return { repository: name, refusal: commit.refusal };
  const newest = commit.value.revision;
  const packs = { kind: 'named', packs: [view.pack] } as const;
  const made = await deps.planner.plan({ kind: 'deploy', repository: name, packs });
  return { repository: name, newest, ...(made.ok ? { plan: made.value } : { refusal: made.refusal }) };
}

async function pushTo({ db, config }: ServiceDeps, { repository }: Goal): Promise<Push | undefined> {
  const branch = config().repositories.get(repository)?.autoDeployment?.branch;
  if (branch === undefined) return undefined;
  const [push] = await newestPushes(db, { repository, branch, limit: 1 });
  return push;
}

/** What is pushed can't be seen. */
function unseen({ unseen: problem }: PackView): Block | undefined {
  if (problem === undefined) return undefined;
  const { what, next } = explain(problem.refusal);
  return { what: `What is pushed can't be seen: ${what} ${next}`, owner: '', command: '' };
}

/** The newest push asked not to be deployed, or could not be. */
function pushRefused(
  view: PackView,
  { repository, newest, plan }: Goal,
  push: Push | undefined,
): Block | undefined {
  const { pack } = view;
  const isLive = plan?.unchanged.includes(pack) ?? false;
  if (push === undefined || newest?.sha !== push.sha || isLive) return undefined;
  const command = `pack deploy ${repository} ${pack}`;
  if (push.nothing === 'skip-asked')
    return { what: 'The newest commit asks not to be deployed: [deploy skip].', owner: push.author, command };
  const refusal = push.refusal ?? push.parts.find((part) => part.packs.includes(pack))?.refusal;
  if (refusal === undefined) return undefined;
  return { what: `The newest push was not deployed: ${explain(refusal).what}`, owner: push.author, command };
}

/** Who holds the pack, the nearest to being cleared first: a lock, a borrow, a turn, a deployment. */
function holdOf(view: PackView, history: readonly Deployment[]): Block | undefined {
  const [lock] = view.locks;
  if (lock !== undefined) {
    const of = lock.scope.kind === 'repository' ? 'repository ' : '';
    const command = `pack unlock ${of}${scopeName(lock.scope)}`;
    return { what: `It is locked, because ${lock.because}.`, owner: lock.by.name, command };
  }
  return borrowed(view, history) ?? underWay(view);
}

function borrowed({ pack, borrow }: PackView, history: readonly Deployment[]): Block | undefined {
  if (borrow === undefined) return undefined;
  const { ref, holder, attempts, repository, isStranded } = borrow;
  if (isStranded)
    return {
      what: `It is borrowed for ${ref}. ${backInConfig('It goes back', repository)}`,
      owner: '',
      command: '',
    };
  const what = `It is borrowed for ${ref}.`;
  const [newest] = history;
  const why = newest?.intent.kind === 'return' ? refusalOf(newest) : undefined;
  if (attempts === 0 || why === undefined)
    return { what, owner: holder.name, command: `pack return ${pack}` };
  const failed = `It is borrowed for ${ref}, and its return does not work: ${explain(why).what}`;
  return { what: failed, owner: holder.name, command: `pack return ${pack} now` };
}

/** What clears it where a pack's repository is gone from the config: no command does. */
function backInConfig(what: string, repository: string): string {
  return `${what} once its repository ${repository}, which is not in packtrain.yaml, is there again.`;
}

function underWay({ queue, pack }: PackView): Block | undefined {
  const [first] = queue;
  if (first === undefined) return undefined;
  const { id, requester, plan } = first.deployment;
  if (first.checks !== undefined)
    return { what: whatOfChecks(id, pack, first.checks), ...clearingChecks(plan, pack) };
  const [need] = first.needs ?? [];
  if (need !== undefined) {
    const what = `Deployment #${id} goes after #${need.deployment}, since ${need.pack} needs ${need.on}.`;
    return { what, owner: '', command: `pack why ${need.on}` };
  }
  if (first.call !== undefined) {
    const what = `Deployment #${id} waits for its requester to say the phrase.`;
    return { what, owner: requester.name, command: `pack confirm ${id}` };
  }
  return { what: `Deployment #${id} is under way.`, owner: requester.name, command: `pack cancel ${id}` };
}

/** Who can mend what CI says, and the line for those who may force it. */
function clearingChecks(plan: Plan | undefined, pack: string): Omit<Block, 'what'> {
  const { repository = '', revision, commits = [] } = plan ?? {};
  const branch = revision === undefined ? '' : ` ${revision.ref}`;
  const command = `pack deploy ${repository} ${pack}${branch} ignoring checks because …`;
  return { owner: commits[0]?.author ?? '', command };
}

function whatOfChecks(id: number, pack: string, { packs, trouble }: ChecksView): string {
  const verdict = packs.find((one) => one.pack === pack)?.verdict;
  if (verdict?.kind === 'block') {
    const failed = verdict.failed.map(({ name, url }) => (url === undefined ? name : `${name} (${url})`));
    return `CI has failed ${failed.join(', ')}, so deployment #${id} waits until that succeeds or something newer is pushed.`;
  }
  const open =
    verdict?.kind === 'wait' ? [...verdict.pending.map(({ name }) => name), ...verdict.missing] : [];
  const untold = trouble === undefined ? '' : ` ${explain(trouble).what}`;
  return `Deployment #${id} waits for CI${open.length === 0 ? '' : `: ${open.join(', ')}`}.${untold}`;
}

interface Known {
  readonly view: PackView;
  readonly history: readonly Deployment[];
  readonly goal: Goal;
}

/** Why what is live is not what is newest, when nothing holds the pack. */
async function differenceOf(deps: ServiceDeps, { view, history, goal }: Known): Promise<Block | undefined> {
  const { repository, plan, refusal, newest } = goal;
  const { pack } = view;
  const command = `pack deploy ${repository} ${pack}`;
  if (refusal !== undefined) return absent(goal, pack, refusal);
  if (plan === undefined || newest === undefined || plan.unchanged.includes(pack)) return undefined;
  const rejected = plan.refused.find((one) => one.pack === pack);
  if (rejected?.refusal.code === 'drifted')
    return {
      what: explain(rejected.refusal).what,
      owner: 'An admin',
      command: rejected.refusal.params.command,
    };
  if (rejected !== undefined)
    return { what: explain(rejected.refusal).what, owner: plan.commits[0]?.author ?? '', command };
  const unchecked = await checksOf(deps, plan, pack);
  if (unchecked !== undefined) return unchecked;
  const rolledBack = await rollbackFrom(deps, view, plan);
  if (rolledBack !== undefined) return { ...rolledBack, command };
  const [last] = history;
  const why = last === undefined ? undefined : refusalOf(last, pack);
  if (last !== undefined && why !== undefined)
    return {
      what: `Deployment #${last.id} did not bring it: ${explain(why).what}`,
      owner: last.requester.name,
      command,
    };
  return { what: 'Nobody has deployed what is newest.', owner: 'anybody', command };
}

/** What CI has failed at the newest commit. What it has not said yet blocks nobody before somebody asks. */
async function checksOf(deps: ServiceDeps, plan: Plan, pack: string): Promise<Block | undefined> {
  const { repository, revision } = plan;
  const rule = rulesOf(deps, repository);
  if (rule === undefined) return undefined;
  const [judged] = await judge(deps.db, rule, { repository, sha: revision.sha, packs: [pack] });
  if (judged?.verdict.kind !== 'block') return undefined;
  const since = judged.verdict.failed[0]?.at.toISOString().slice(0, 16).replace('T', ' ');
  const what = `${explain(failure(plan, pack, judged.verdict)).what.replace(/\.$/u, '')}, since ${since} UTC.`;
  return { what, ...clearingChecks(plan, pack) };
}

function absent({ repository, newest }: Goal, pack: string, refusal: Refusal): Block {
  if (refusal.code === 'unknown-repository')
    return { what: backInConfig('It can be deployed', repository), owner: '', command: '' };
  const command = `pack deploy ${repository} ${pack}`;
  const isGone =
    refusal.code === 'no-such-pack' || refusal.code === 'no-packs' || refusal.code === 'subtree-absent';
  if (!isGone || newest === undefined) return { what: explain(refusal).what, owner: '', command };
  const what = `${repository} no longer has it on ${newest.ref}, and what was live stays.`;
  return { what, owner: '', command: `pack history ${pack}` };
}

async function rollbackFrom(
  { db }: ServiceDeps,
  { target, pack }: PackView,
  plan: Plan,
): Promise<Omit<Block, 'command'> | undefined> {
  const tree = plan.packs.find((p) => p.pack === pack)?.tree;
  const history = await activationHistory(db, { target, pack, limit: 200 });
  const last = history.find((record) => record.live.tree === tree);
  if (last?.rolledBack !== true) return undefined;
  const by = history[history.indexOf(last) - 1];
  const [rollback] = by === undefined ? [] : await findDeployments(db, [by.deployment]);
  const what = `${formatRevision(last.live.revision)} was rolled back from, so only a person puts it back before a newer commit comes.`;
  return { what, owner: rollback?.requester.name ?? 'anybody' };
}

function refusalOf(deployment: Deployment, pack?: string): Refusal | undefined {
  const ofPack = deployment.packs.find(
    (p) => (pack === undefined || p.pack === pack) && p.refusal !== undefined,
  );
  return deployment.refusal ?? ofPack?.refusal;
}
