import type { PackStatus, StepName } from '../../core/deployment.js';
import { type Refusal, refuse, sentence } from '../../core/reason.js';
import { outcomeChange } from '../../store/deployments.js';
import { appendEvents } from '../../store/events.js';
import { deploymentOf, type PackRun, packRunOf, type Run, stepKey } from '../run.js';
import { contextOf } from './context.js';

/** A pack whose step was refused or broke. */
export interface Failure {
  readonly pack: string;
  readonly step: StepName;
  readonly refusal: Refusal;
}

/** Puts the release before back if the pack may have gone live, and records why it failed. */
export async function failPack(run: Run, failure: Failure): Promise<void> {
  const { pack, step } = failure;
  const end = step === 'remove' ? notLive(failure.refusal) : await restored(run, failure);
  const at = run.deps.clock.now();
  const { db } = run.deps;
  const failed = { kind: 'step', step, pack, state: 'failed' } as const;
  await appendEvents(
    db,
    [
      { deployment: run.id, key: `${stepKey(step, pack)}:failed`, at, event: failed },
      { deployment: run.id, key: `end:${pack}`, at, event: { kind: 'pack', pack, ...end } },
    ],
    [outcomeChange(db, run.id, { pack, step, ...end })],
  );
}

interface End {
  readonly status: PackStatus;
  readonly refusal: Refusal;
}

function notLive(refusal: Refusal): End {
  return { status: refusal.code === 'canceled' ? 'skipped' : 'failed', refusal };
}

async function restored(run: Run, failure: Failure): Promise<End> {
  const at = packRunOf(run, await deploymentOf(run), failure.pack);
  const was = await at.target.live(failure.pack);
  const wentLive = was.ok && was.value.state === 'managed' && was.value.release.id === at.release.id;
  // A power cut may have lost the note that it was being activated, so the target is asked.
  if (failure.step === 'stage' && !wentLive) return notLive(failure.refusal);
  const back = await at.target.restore(at.release, at.pack.from?.release, contextOf(run, failure.pack));
  if (back.ok) return wentLive ? { status: 'restored', refusal: failure.refusal } : notLive(failure.refusal);
  return { status: 'failed', refusal: notRestored(at, failure.refusal, back.refusal) };
}

function notRestored(at: PackRun, cause: Refusal, why: Refusal): Refusal {
  return refuse('restore-failed', { pack: at.pack.pack, cause: sentence(cause), why: sentence(why) });
}
