import { packSteps, type StepName } from '../../core/deployment.js';
import { type Refusal, refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { recordActivation, recordRemoval } from '../../store/activations.js';
import { keepBorrow } from '../borrows/upkeep.js';
import { repositoryNamed } from '../lookup.js';
import { type PackRun, packRunOf, type Run } from '../run.js';
import { recordProgress } from './progress.js';

/** The steps that a pack goes through; each may run twice. */
type PackStepName = (typeof packSteps)[number] | 'remove';

const work: Record<PackStepName, (run: Run, at: PackRun) => Promise<Result<void>>> = {
  stage: stagePack,
  activate: activatePack,
  register: async (_run, { target, release }) => (await target.register?.(release)) ?? ok(undefined),
  verify: verifyPack,
  remove: removePack,
};

/** A step that was refused, and why. */
export interface StepFailure {
  readonly step: StepName;
  readonly refusal: Refusal;
}

/**
 * Takes a pack through its steps, from the one that was under way: those before it are done, also after a crash or an
 * outage. To the engine they are one step, since each that it remembers costs several syncs of the disk.
 * @returns the step that was refused; null when the pack is as it was asked for
 */
export async function packWork(run: Run, pack: string, isRemoval: boolean): Promise<StepFailure | null> {
  const at = await packRunOf(run, pack);
  const steps = stepsOf(at, isRemoval);
  const outcome = at.deployment.packs.find((p) => p.pack === pack);
  if (outcome?.status === 'live' || outcome?.status === 'removed') return null;
  const isUnderWay = (step: StepName) => step === outcome?.step;
  const begun = steps.findIndex(isUnderWay);
  for (const [i, step] of steps.entries()) {
    if (i < begun) continue;
    const done = await work[step](run, at);
    if (!done.ok) return { step, refusal: done.refusal };
    await recordStep(run, pack, { step, next: steps[i + 1] });
  }
  return null;
}

function stepsOf({ target }: PackRun, isRemoval: boolean): readonly PackStepName[] {
  if (isRemoval) return ['remove'];
  return packSteps.filter((step) => step !== 'register' || target.register !== undefined);
}

async function recordStep(
  run: Run,
  pack: string,
  { step, next }: { step: PackStepName; next: StepName | undefined },
): Promise<void> {
  if (next !== undefined) return await recordProgress(run, { pack, done: step, next, status: 'running' });
  await recordProgress(run, { pack, done: step, status: step === 'remove' ? 'removed' : 'live' });
}
async function stagePack(run: Run, at: PackRun): Promise<Result<void>> {
  const { canceledBy } = at.deployment;
  if (canceledBy !== undefined) return refused(refuse('canceled', { by: canceledBy.name }));
  const { git, config } = run.deps;
  const repository = repositoryNamed(config(), at.plan.repository);
  if (!repository.ok) return repository;
  const source = { sha: at.plan.revision.sha, path: at.pack.path };
  const [size] = await Promise.all([
    git.measure(repository.value, source),
    recordProgress(run, { pack: at.pack.pack, next: 'stage', status: 'running' }),
  ]);
  if (!size.ok) return size;
  const fill = async (destination: string) => {
    const exported = await git.export(repository.value, source, destination);
    return exported.ok ? ok(undefined) : exported;
  };
  return await at.target.stage(at.release, fill, size.value.bytes);
}

async function activatePack(_run: Run, at: PackRun): Promise<Result<void>> {
  const expected = at.pack.from?.release;
  return await at.target.activate({ release: at.release, expected, adopt: at.plan.adopt });
}

async function verifyPack(run: Run, at: PackRun): Promise<Result<void>> {
  const verified = await at.target.verify(at.release);
  if (!verified.ok) return verified;
  await recordActivation(run.deps.db, {
    target: at.plan.target,
    pack: at.pack.pack,
    deployment: run.id,
    live: at.release.source,
    at: run.deps.clock.now(),
    isRollback: at.deployment.intent.kind === 'rollback',
  });
  await keepBorrow(run, at);
  return verified;
}

async function removePack(run: Run, at: PackRun): Promise<Result<void>> {
  const live = await at.target.live(at.pack.pack);
  if (!live.ok) return live;
  const { from } = at.pack;
  if (live.value.state === 'managed' && from !== undefined && live.value.release.id === from.release) {
    const removed = await at.target.restore(live.value.release, undefined);
    if (!removed.ok) return removed;
  }
  const place = { target: at.plan.target, pack: at.pack.pack };
  await recordRemoval(run.deps.db, { ...place, deployment: run.id, at: run.deps.clock.now() });
  await keepBorrow(run, at);
  return ok(undefined);
}
