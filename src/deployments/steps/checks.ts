import type { CheckFact } from '../../core/check.js';
import type { Deployment } from '../../core/deployment.js';
import type { ChecksState } from '../../core/event.js';
import type { PackRefusal, Plan } from '../../core/plan.js';
import { type Refusal, refuse } from '../../core/reason.js';
import type { ChecksRule } from '../../core/repository.js';
import { formatRevision } from '../../core/repository.js';
import { askedAbout, type CheckWait, endWait, keepWait, waitsOf, wantAsk } from '../../store/check-waits.js';
import { dependentsOf } from '../../store/dependents.js';
import { planChanges, waitingChange } from '../../store/deployments.js';
import { appendEvents, type NewEvent } from '../../store/events.js';
import { answerOf, judge, type PackVerdict, rulesOf } from '../checks/judge.js';
import { openNames } from '../checks/names.js';
import { deploymentOf, type Run, stopOf } from '../run.js';
import { firstOutcomes, type Planned } from './plan.js';

/** How waiting for checks ended. */
export type Checked =
  | { readonly kind: 'passed'; readonly planned: Planned }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'superseded' };

/** `ring`: who comes after it, and does not wait for it while it stands still. */
type Look = Checked | { readonly kind: 'waiting'; readonly ring?: readonly number[] };

// Whoever has news rings; this only makes up for a server that died between keeping the news and ringing.
const lookFirstMs = 60_000;
const lookLongestMs = 3_600_000;

/**
 * Waits until the packs' checks have passed, without holding anything. What failed refuses a pack that was asked for by
 * hand; what was pushed waits on for a later success, and lets the other packs go first.
 */
export async function waitForChecks(run: Run, planned: Planned, round: string): Promise<Checked> {
  if (planned.gate === undefined) return { kind: 'passed', planned };
  let seen: Look = await run.engine.step(`checks:${round}`, () => lookAtChecks(run, planned));
  for (let look = 1; seen.kind === 'waiting'; look++) {
    for (const deployment of seen.ring ?? []) await run.engine.ring(deployment);
    await run.engine.doorbell(Math.min(lookFirstMs * 2 ** (look - 1), lookLongestMs));
    seen = await run.engine.step(`checks:${round}:${look}`, () => lookAtChecks(run, planned));
  }
  return seen;
}

/** Whether all packs of the plan pass their checks, as far as is known. */
export async function passesChecks(run: Run): Promise<boolean> {
  const { plan } = await deploymentOf(run);
  const rule = plan && rulesOf(run.deps, plan.repository);
  if (plan === undefined || rule === undefined) return true;
  return answerOf(await verdictsOf(run, plan, rule)) === 'pass';
}

function verdictsOf(run: Run, { repository, revision, packs }: Plan, rule: ChecksRule) {
  return judge(run.deps.db, rule, { repository, sha: revision.sha, packs });
}

async function lookAtChecks(run: Run, planned: Planned): Promise<Look> {
  const deployment = await deploymentOf(run);
  const { plan } = deployment;
  const stop = stopOf(deployment);
  if (plan === undefined) throw new Error(`#${run.id} has no plan`);
  if (stop !== undefined) {
    await endWait(run.deps.db, run.id, run.deps.clock.now());
    return { kind: stop };
  }
  const rule = rulesOf(run.deps, plan.repository);
  const verdicts = rule === undefined ? [] : await verdictsOf(run, plan, rule);
  const at: Standing = { deployment, plan, verdicts, wait: await ownWait(run) };
  if (rule !== undefined && (await hasToWait(run, at))) return await wait(run, at, rule);
  return { kind: 'passed', planned: await goOn(run, at, planned) };
}

/** What is known when one looks. */
interface Standing {
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly verdicts: readonly PackVerdict[];
  readonly wait: CheckWait | undefined;
}

async function ownWait(run: Run): Promise<CheckWait | undefined> {
  const [wait] = await waitsOf(run.deps.db, [run.id]);
  return wait;
}

async function hasToWait(run: Run, at: Standing): Promise<boolean> {
  const answer = answerOf(at.verdicts);
  if (answer === 'pass') return false;
  const isUndecided = at.verdicts.some(({ verdict }) => verdict.kind === 'wait');
  return at.deployment.via === 'push' || isUndecided || !(await isCertain(run, at));
}

/** A failure may be out of date when a webhook got lost, so whoever asks by hand has the host asked before. */
async function isCertain(run: Run, { wait, plan }: Standing): Promise<boolean> {
  if (wait === undefined) return false;
  const { repository, revision } = plan;
  const asked = await askedAbout(run.deps.db, { repository, sha: revision.sha });
  return asked?.askedAt !== undefined && asked.askedAt >= wait.since;
}

async function wait(run: Run, at: Standing, rule: ChecksRule): Promise<Look> {
  const { db, clock } = run.deps;
  const { repository, revision, packs } = at.plan;
  const now = clock.now();
  const lateAt = rule.withinMs === undefined ? {} : { lateAt: new Date(now.getTime() + rule.withinMs) };
  const commit = { repository, sha: revision.sha };
  const isNew = at.wait?.sha !== revision.sha;
  await db.transaction().execute(async (tx) => {
    const names = packs.map((one) => one.pack);
    await keepWait(tx, { deployment: run.id, ...commit, packs: names, since: now, ...lateAt });
    if (isNew) await wantAsk(tx, commit, now);
    await appendEvents(tx, eventsOf(run, at), [waitingChange(tx, run.id, 'checks')]);
  });
  if (isNew) run.pokeChecks();
  const isBlocked = answerOf(at.verdicts) === 'block' && at.deployment.via === 'push';
  const after = isBlocked ? await dependentsOf(db, run.id) : [];
  return after.length === 0 ? { kind: 'waiting' } : { kind: 'waiting', ring: after };
}

/** That it waits is told once for each commit; what has failed, once for each run of CI. */
function eventsOf(run: Run, at: Standing): readonly NewEvent[] {
  const { sha } = at.plan.revision;
  const failed = failedIn(at.verdicts);
  const waiting = event(run, 'waiting', { key: sha, names: openNames(at.verdicts) });
  const runs = failed.map(({ name, run: number, at: when }) => `${name} ${number ?? when.getTime()}`);
  const blocked = event(run, 'blocked', { key: `${sha}:${runs.join()}`, names: failed.map((f) => f.name) });
  return failed.length === 0 ? [waiting] : [waiting, blocked];
}

function event(
  run: Run,
  state: ChecksState,
  { key, names }: { key: string; names: readonly string[] },
): NewEvent {
  const at = run.deps.clock.now();
  return { deployment: run.id, key: `checks:${state}:${key}`, at, event: { kind: 'checks', state, names } };
}

function failedIn(verdicts: readonly PackVerdict[]): readonly CheckFact[] {
  const failed = verdicts.flatMap(({ verdict }) => (verdict.kind === 'block' ? verdict.failed : []));
  return [...new Map(failed.map((fact) => [fact.name, fact])).values()];
}

/** Goes on with the packs that pass; the others are refused by name. */
async function goOn(run: Run, at: Standing, planned: Planned): Promise<Planned> {
  const { deployment, plan, verdicts } = at;
  const held = verdicts.filter(({ verdict }) => verdict.kind !== 'pass');
  const refused = held.map(
    ({ pack, verdict }): PackRefusal => ({ pack, refusal: failure(plan, pack, verdict) }),
  );
  const isLeft = (pack: string) => !held.some((one) => one.pack === pack);
  const packs = plan.packs.filter(({ pack }) => isLeft(pack));
  const narrowed: Plan = { ...plan, packs, refused: [...plan.refused, ...refused] };
  await run.deps.db.transaction().execute(async (tx) => {
    const outcomes = firstOutcomes(narrowed, deployment.intent);
    const changes = held.length === 0 ? [] : planChanges(tx, { id: run.id, plan: narrowed, packs: outcomes });
    const hadToWait = await endWait(tx, run.id, run.deps.clock.now());
    const passed = event(run, 'passed', { key: plan.revision.sha, names: [] });
    await appendEvents(tx, hadToWait && packs.length > 0 ? [passed] : [], changes);
  });
  return {
    ...planned,
    packs: planned.packs.filter(isLeft),
    removals: planned.removals.filter(isLeft),
    claims: planned.claims.filter(isLeft),
  };
}

/** Why a pack is refused that CI has failed. */
export function failure(
  { repository, revision }: Pick<Plan, 'repository' | 'revision'>,
  pack: string,
  verdict: PackVerdict['verdict'],
): Refusal {
  const failed = verdict.kind === 'block' ? verdict.failed : [];
  return refuse('checks-failed', {
    ...{ repository, pack },
    revision: formatRevision(revision),
    failed: failed.map(({ name, url }) => ({ name, ...(url === undefined ? {} : { url }) })),
    command: `pack deploy ${repository} ${pack} ${revision.ref}`,
  });
}
