import type { PackStatus, StepName } from '../../core/deployment.js';
import { outcomeChange } from '../../store/deployments.js';
import { appendEvents, type NewEvent } from '../../store/events.js';
import { type Run, stepKey } from '../run.js';

/** A step of a pack that is done, and what comes next. */
export interface Progress {
  readonly pack: string;
  readonly done?: StepName;
  readonly next?: StepName;
  readonly status: PackStatus;
}

/** Keeps how far a pack is. The end of one step and the beginning of the next are one write: each costs a disk's sync. */
export async function recordProgress(run: Run, progress: Progress): Promise<void> {
  const { pack, done, next, status } = progress;
  const at = run.deps.clock.now();
  const event = (step: StepName, state: 'started' | 'done'): NewEvent => ({
    deployment: run.id,
    key: `${stepKey(step, pack)}:${state}`,
    at,
    event: { kind: 'step', step, pack, state },
  });
  const events = [
    ...(done === undefined ? [] : [event(done, 'done')]),
    ...(next === undefined ? [] : [event(next, 'started')]),
  ];
  const ended: NewEvent[] =
    status === 'live' || status === 'removed'
      ? [{ deployment: run.id, key: `live:${pack}`, at, event: { kind: 'pack', pack, status } }]
      : [];
  const step = next ?? done;
  const { db } = run.deps;
  const outcome = outcomeChange(db, run.id, { pack, status, ...(step === undefined ? {} : { step }) });
  await appendEvents(db, [...events, ...ended], [outcome]);
}
