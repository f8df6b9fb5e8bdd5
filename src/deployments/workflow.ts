import type { StepName } from '../core/deployment.js';
import { errorMessage } from '../core/error-message.js';
import { type Refusal, refuse } from '../core/reason.js';
import { type Result, refused } from '../core/result.js';
import { isLostOwnership } from './lost-ownership.js';
import { deploymentOf, type Run, stepKey } from './run.js';
import { waitForChecks } from './steps/checks.js';
import { failPack } from './steps/fail.js';
import { type Finish, finish } from './steps/finish.js';
import { packWork, type StepFailure } from './steps/pack-steps.js';
import { type Planned, planStep } from './steps/plan.js';
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

async function live(run: Run): Promise<void> {
  const planned = await attempt(run, 'plan', () => planStep(run));
  if (!planned.ok) return await end(run, { refusal: planned.refusal });

  const turn = await waitForChecksAndTurn(run, planned.value);
  if (turn.kind === 'canceled' || turn.kind === 'superseded') return await end(run, { status: turn.kind });
  if (turn.kind === 'expired') {
    const refusal = refuse('expired', { deployment: run.id });
    return await end(run, { status: 'expired', refusal });
  }
  if (turn.kind === 'refused') return await end(run, { refusal: turn.refusal });

  const { packs, removals } = turn.planned;
  for (const pack of packs) await carryOutPack(run, pack, removals.includes(pack));
  await end(run, {});
  if (packs.length > 0) await run.engine.step('tidy', () => tidy(run));
}

/** Whoever finds at its turn that it is about another commit now, waits for that one's checks first, and queues again. */
async function waitForChecksAndTurn(run: Run, first: Planned): Promise<Exclude<Turn, { kind: 'unchecked' }>> {
  let planned = first;
  for (let round = 1; ; round++) {
    const checked = await waitForChecks(run, planned, `${round}`);
    if (checked.kind !== 'passed') return checked;
    if (checked.planned.claims.length === 0) return { kind: 'ready', planned: checked.planned };
    const turn = await waitForTurn(run, checked.planned, round === 1 ? '' : `:entry${round}:`);
    if (turn.kind !== 'unchecked') return turn;
    planned = turn.planned;
  }
}

/** Carries out one pack. Its failure is its own: the others go on. */
async function carryOutPack(run: Run, pack: string, isRemoval: boolean): Promise<void> {
  const failure = await attemptPack(run, pack, isRemoval);
  if (failure === null) return;
  await run.engine.step(stepKey('restore', pack), () => failPack(run, { pack, ...failure }));
}

async function attemptPack(run: Run, pack: string, isRemoval: boolean): Promise<StepFailure | null> {
  try {
    return await run.engine.step(`pack:${pack}`, () => packWork(run, pack, isRemoval));
  } catch (error) {
    if (isLostOwnership(error)) throw error;
    // The step that was under way stands in the tables; the engine knows only the pack.
    const step = await run.engine.step(`broke:${pack}`, () => stepUnderWay(run, pack));
    return { step, refusal: broken(run, step, error, pack) };
  }
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
  for (const deployment of next) await run.engine.ring(deployment);
}
