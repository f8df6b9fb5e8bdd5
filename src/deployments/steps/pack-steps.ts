import { type Deployment, packSteps, type StepName } from '../../core/deployment.js';
import { type Refusal, refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { activationChanges, removalChange } from '../../store/activations.js';
import type { Change } from '../../store/events.js';
import { borrowUpkeep } from '../borrows/upkeep.js';
import { repositoryNamed } from '../lookup.js';
import { type Kept, nothing } from '../queue.js';
import { type PackRun, packRunOf, type Run } from '../run.js';
import { contextOf } from './context.js';
import { Diary, progressOf } from './progress.js';

/** The steps that a pack goes through; each may run twice. */
type PackStepName = (typeof packSteps)[number] | 'canary' | 'remove';

const work: Record<PackStepName, (run: Run, at: PackRun) => Promise<Result<void>>> = {
  stage: (run, at) => stagePack(run, at),
  activate: activatePack,
  register: async (run, at) =>
    (await at.target.register?.(at.release, contextOf(run, at.pack.pack))) ?? ok(undefined),
  verify: (run, at) => at.target.verify(at.release, contextOf(run, at.pack.pack)),
  canary: runCanary,
  remove: removePack,
};

/** A step that was refused, and why. */
export interface StepFailure {
  readonly ok: false;
  readonly step: StepName;
  readonly refusal: Refusal;
}

/** A pack that is as it was asked for. */
export interface PackDone {
  readonly ok: true;
  /**
   * What says so, all or nothing: what is live now, with the end of the last step. Until it is kept the last step would
   * run again.
   */
  readonly kept: Kept;
}

/** One pack to carry out. */
export interface PackJob {
  readonly pack: string;
  readonly isRemoval: boolean;
  /** What comes of staging it, where that began before. */
  readonly staged?: Promise<Result<void> | undefined>;
}

/**
 * Takes a pack through its steps, from the one that was under way: those before it are done, also after a crash or an
 * outage. To the engine they are one step, since each that it remembers costs several syncs of the disk.
 * @param deployment as it stands now
 * @returns the step that was refused; or, when the pack is as it was asked for, what the caller has to keep
 */
export async function packWork(
  run: Run,
  deployment: Deployment,
  { pack, isRemoval, staged }: PackJob,
): Promise<StepFailure | PackDone> {
  const at = packRunOf(run, deployment, pack);
  const outcome = deployment.packs.find((p) => p.pack === pack);
  if (outcome?.status === 'live' || outcome?.status === 'removed') return { ok: true, kept: nothing };
  const steps = stepsOf(at, isRemoval);
  const isUnderWay = (step: StepName) => step === outcome?.step;
  const left = steps.slice(Math.max(0, steps.findIndex(isUnderWay)));
  const diary = new Diary(run);
  try {
    const failure = await takeSteps(run, at, left, { diary, staged });
    if (failure !== undefined) return failure;
    const end = await endOf(run, at, left.at(-1) ?? 'verify');
    return { ok: true, kept: await diary.endWith(end) };
  } finally {
    // Nothing is written behind the back of whoever goes on from here.
    await diary.written();
  }
}

async function takeSteps(
  run: Run,
  at: PackRun,
  steps: readonly PackStepName[],
  { diary, staged }: { readonly diary: Diary; readonly staged: PackJob['staged'] },
): Promise<StepFailure | undefined> {
  let done: StepName | undefined;
  for (const next of steps) {
    const ended = done === undefined ? {} : { done };
    if (done !== undefined || next === 'stage')
      diary.note(progressOf(run, { pack: at.pack.pack, ...ended, next, status: 'running' }));
    const early = next === 'stage' ? await staged : undefined;
    const result = early ?? (await work[next](run, at));
    if (!result.ok) return { ok: false, step: next, refusal: result.refusal };
    done = next;
  }
  return undefined;
}

function stepsOf({ target, pack }: PackRun, isRemoval: boolean): readonly PackStepName[] {
  if (isRemoval) return ['remove'];
  const steps = packSteps.filter((step) => step !== 'register' || target.register !== undefined);
  return pack.canary === undefined ? steps : [...steps, 'canary'];
}

async function endOf(run: Run, at: PackRun, done: PackStepName): Promise<Kept> {
  const pack = at.pack.pack;
  const { events, changes } = progressOf(run, { pack, done, status: done === 'remove' ? 'removed' : 'live' });
  const live = done === 'remove' ? [removalOf(run, at)] : activationOf(run, at);
  return { events, changes: [...changes, ...live, await borrowUpkeep(run, at)] };
}

function activationOf({ id, deps: { db, clock } }: Run, at: PackRun): Change[] {
  return activationChanges(db, {
    target: at.plan.target,
    pack: at.pack.pack,
    deployment: id,
    live: at.release.source,
    at: clock.now(),
    isRollback: at.deployment.intent.kind === 'rollback',
  });
}

function removalOf({ id, deps: { db, clock } }: Run, at: PackRun): Change {
  const place = { target: at.plan.target, pack: at.pack.pack };
  return removalChange(db, { ...place, deployment: id, at: clock.now() });
}

/**
 * Writes a pack's release beside what is live.
 * @param approved what the files wait for, once they are written, before they are a release
 */
export async function stagePack(
  run: Run,
  at: PackRun,
  approved?: Promise<Result<void>>,
): Promise<Result<void>> {
  const { canceledBy } = at.deployment;
  if (canceledBy !== undefined) return refused(refuse('canceled', { by: canceledBy.name }));
  const { git, config } = run.deps;
  const repository = repositoryNamed(config(), at.plan.repository);
  if (!repository.ok) return repository;
  const source = { sha: at.plan.revision.sha, path: at.pack.path };
  const size = await git.measure(repository.value, source);
  if (!size.ok) return size;
  const fill = async (destination: string) => {
    const exported = await git.export(repository.value, source, destination);
    return exported.ok ? ((await approved) ?? ok(undefined)) : exported;
  };
  return await at.target.stage(at.release, fill, size.value.bytes);
}

async function activatePack(run: Run, at: PackRun): Promise<Result<void>> {
  const expected = at.pack.from?.release;
  const { adopt, overwrite = false, asFound = false } = at.plan;
  const goesBack = at.deployment.intent.kind === 'rollback';
  const activation = { release: at.release, expected, adopt, keepEdits: overwrite, asFound, goesBack };
  return await at.target.activate(activation, contextOf(run, at.pack.pack));
}

async function runCanary(run: Run, { target, release, pack }: PackRun): Promise<Result<void>> {
  if (pack.canary === undefined) return ok(undefined);
  return (await target.tryOut?.(release, pack.canary, contextOf(run, pack.pack))) ?? ok(undefined);
}

async function removePack(run: Run, at: PackRun): Promise<Result<void>> {
  const live = await at.target.live(at.pack.pack);
  if (!live.ok) return live;
  const { from } = at.pack;
  const isThere = live.value.state === 'managed' && live.value.release.id === from?.release;
  if (live.value.state !== 'managed' || !isThere) return ok(undefined);
  const context = contextOf(run, at.pack.pack);
  const { release } = live.value;
  return await (at.target.remove?.(release, context) ?? at.target.restore(release, undefined, context));
}
