import type { StepName } from '../core/deployment.js';
import { errorMessage } from '../core/error-message.js';
import { refuse } from '../core/reason.js';
import { type Result, refused } from '../core/result.js';
import { isLostOwnership } from './lost-ownership.js';
import { type Run, stepKey } from './run.js';
import { failPack } from './steps/fail.js';
import { type Finish, finish } from './steps/finish.js';
import { packStep } from './steps/pack-steps.js';
import { planStep } from './steps/plan.js';
import { tidy } from './steps/tidy.js';
import { waitForTurn } from './steps/turn.js';

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
  if (planned.value.claims.length === 0) return await end(run, {});

  const turn = await waitForTurn(run, planned.value);
  if (turn.kind === 'canceled') return await end(run, { status: 'canceled' });
  if (turn.kind === 'expired') {
    const refusal = refuse('expired', { deployment: run.id });
    return await end(run, { status: 'expired', refusal });
  }
  if (turn.kind === 'refused') return await end(run, { refusal: turn.refusal });

  const { packs, removals, steps } = turn.planned;
  for (const pack of packs) await carryOutPack(run, pack, removals.includes(pack) ? ['remove'] : steps);
  await end(run, {});
  await run.engine.step('tidy', () => tidy(run));
}

/** Takes one pack through its steps. One pack's failure is its own: the others go on. */
async function carryOutPack(run: Run, pack: string, steps: readonly StepName[]): Promise<void> {
  for (const [i, step] of steps.entries()) {
    const todo = { pack, step, next: steps[i + 1] };
    const done = await attempt(run, stepKey(step, pack), () => packStep(run, todo), pack);
    if (done.ok) continue;
    await run.engine.step(stepKey('restore', pack), () =>
      failPack(run, { pack, step, refusal: done.refusal }),
    );
    return;
  }
}

/** Runs a step; what it throws after all its tries is a refusal too, so that what follows has one way to fail. */
async function attempt<T>(
  run: Run,
  name: string,
  work: () => Promise<Result<T>>,
  pack?: string,
): Promise<Result<T>> {
  try {
    return await run.engine.step(name, work);
  } catch (error) {
    if (isLostOwnership(error)) throw error;
    const message = run.deps.redactor.text(errorMessage(error));
    run.deps.log.error({ error, deployment: run.id, step: name }, 'a step broke');
    const step = name.split(':')[0] ?? name;
    return refused(refuse('step-failed', { step, message, ...(pack === undefined ? {} : { pack }) }));
  }
}

async function end(run: Run, how: Finish): Promise<void> {
  const next = await run.engine.step('finish', () => finish(run, how));
  for (const deployment of next) await run.engine.ring(deployment);
}
