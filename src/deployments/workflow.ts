import type { StepName } from '../core/deployment.js';
import { errorMessage } from '../core/error-message.js';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { isLostOwnership } from './lost-ownership.js';
import { deploymentOf, type Run, stepKey } from './run.js';
import { type Checked, waitForChecks } from './steps/checks.js';
import { type Entered, enter } from './steps/enter.js';
import { failPack } from './steps/fail.js';
import { type Finish, finish } from './steps/finish.js';
import { type NeedsMet, waitForNeeded } from './steps/needed.js';
import { type PackJob, packWork, type StepFailure } from './steps/pack-steps.js';
import type { Planned } from './steps/plan.js';
import { keepProgress } from './steps/progress.js';
import { type FailedPack, goStraight, type Straight } from './steps/straight.js';
import { tidy } from './steps/tidy.js';
import { type Turn, waitForTurn } from './steps/turn.js';

/**
 * The life of a deployment, as a list of steps. The engine remembers each that is done, so that a server which was
 * killed goes on with the one that was under way. Whatever happens, it ends, and its packs are free again.
 */
export async function carryOut(run: Run): Promise<void> {
  try {
    await live(run);
  } catch (error) {
    if (isLostOwnership(error)) throw error;
    run.deps.log.error({ error, deployment: run.id }, 'the workflow broke');
    await end(run, { refusal: refuse('step-failed', { step: 'workflow', message: errorMessage(error) }) });
  }
}

/** Most deployments have nothing in their way, and are one step. The others go on step by step from where that left off. */
async function live(run: Run): Promise<void> {
  const straight = await attemptStraight(run);
  if (!straight.ok) {
    if (straight.at === undefined) return await end(run, { refusal: straight.refusal });
    await stepByStep(run, straight.at.entered, straight.at.failed);
  } else if (straight.way === 'steps') await stepByStep(run, straight.entered);
  else await ringAll(run, straight.next);
  await run.engine.aside(() => tidy(run));
}

/** Tried once: what it throws is for the steps to meet again, each by itself. */
async function attemptStraight(run: Run): Promise<Straight> {
  try {
    return await run.engine.once('straight', () => goStraight(run));
  } catch (error) {
    if (isLostOwnership(error)) throw error;
    run.deps.log.warn({ error, deployment: run.id }, 'a deployment goes on step by step');
    const entered = await attempt(run, 'plan', () => enterAgain(run));
    return entered.ok ? { ok: true, way: 'steps', entered: entered.value } : entered;
  }
}

async function enterAgain(run: Run): Promise<Result<Entered>> {
  const now = await enter(run, await deploymentOf(run));
  if (!now.ok) return now;
  const { deployment: _, ...entered } = now.value;
  return ok(entered);
}

async function stepByStep(run: Run, entered: Entered, failed?: FailedPack): Promise<void> {
  const turn = await waitForChecksAndTurn(run, entered);
  if (turn.kind === 'canceled' || turn.kind === 'superseded') return await end(run, { status: turn.kind });
  if (turn.kind === 'expired') {
    const refusal = refuse('expired', { deployment: run.id });
    return await end(run, { status: 'expired', refusal });
  }
  if (turn.kind === 'refused') return await end(run, { refusal: turn.refusal });

  const { packs, removals } = turn.planned;
  for (const pack of packs) await carryOutPack(run, { pack, isRemoval: removals.includes(pack) }, failed);
  await end(run, {});
}

/** Whoever finds at its turn that it is about another commit now, waits for that one's checks first, and queues again. */
async function waitForChecksAndTurn(run: Run, first: Entered): Promise<Exclude<Turn, { kind: 'unchecked' }>> {
  let { planned, place } = first;
  for (let round = 1; ; round++) {
    // Whoever has a place in the queue has nothing to wait for before.
    const met = place === undefined ? await waitBefore(run, planned, `${round}`) : undefined;
    if (met !== undefined && met.kind !== 'passed') return met;
    const ready = met?.planned ?? planned;
    if (ready.claims.length === 0) return { kind: 'ready', planned: ready };
    const entry = round === 1 ? '' : `:entry${round}:`;
    const turn = await waitForTurn(run, ready, { entry, place });
    if (turn.kind !== 'unchecked') return turn;
    planned = turn.planned;
    place = undefined;
  }
}

/** Waits for checks, then for what others of its push bring, holding nothing meanwhile. */
async function waitBefore(run: Run, planned: Planned, round: string): Promise<Checked | NeedsMet> {
  const checked = await waitForChecks(run, planned, round);
  return checked.kind === 'passed' ? await waitForNeeded(run, checked.planned, round) : checked;
}

/** Carries out one pack. Its failure is its own: the others go on. */
async function carryOutPack(run: Run, job: PackJob, failed: FailedPack | undefined): Promise<void> {
  const { pack } = job;
  const done = failed?.pack === pack ? failed : await attemptPack(run, job);
  if (done.ok) return;
  const { step, refusal } = done;
  await run.engine.step(stepKey('restore', pack), () => failPack(run, { pack, step, refusal }));
}

async function attemptPack(run: Run, job: PackJob): Promise<StepFailure | { readonly ok: true }> {
  const { pack } = job;
  try {
    return await run.engine.step(`pack:${pack}`, () => doPack(run, job));
  } catch (error) {
    if (isLostOwnership(error)) throw error;
    // The step that was under way stands in the tables; the engine knows only the pack.
    const step = await run.engine.step(`broke:${pack}`, () => stepUnderWay(run, pack));
    return { ok: false, step, refusal: broken(run, step, error, pack) };
  }
}

async function doPack(run: Run, job: PackJob): Promise<StepFailure | { readonly ok: true }> {
  const done = await packWork(run, await deploymentOf(run), job);
  if (!done.ok) return done;
  await keepProgress(run, done.kept);
  return { ok: true };
}

async function stepUnderWay(run: Run, pack: string): Promise<StepName> {
  return (await deploymentOf(run)).packs.find((p) => p.pack === pack)?.step ?? 'stage';
}

/** Runs a step; what it throws after all its tries is a refusal too, so that what follows has one way to fail. */
async function attempt<T>(run: Run, name: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await run.engine.step(name, work);
  } catch (error) {
    if (isLostOwnership(error)) throw error;
    return refused(broken(run, name, error));
  }
}

function broken(run: Run, step: string, error: unknown, pack?: string): Refusal {
  const message = run.deps.redactor.text(errorMessage(error));
  run.deps.log.error({ error, deployment: run.id, step, pack }, 'a step broke');
  return refuse('step-failed', { step, message, ...(pack === undefined ? {} : { pack }) });
}

async function end(run: Run, how: Finish): Promise<void> {
  const next = await run.engine.step('finish', () => finish(run, how));
  await ringAll(run, next);
}

async function ringAll(run: Run, deployments: readonly number[]): Promise<void> {
  for (const deployment of deployments) await run.engine.ring(deployment);
}
