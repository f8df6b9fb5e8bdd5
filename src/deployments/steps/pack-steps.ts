import type { StepName } from '../../core/deployment.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { recordActivation, recordRemoval } from '../../store/activations.js';
import { keepBorrow } from '../borrows/upkeep.js';
import { repositoryNamed } from '../lookup.js';
import { type PackRun, packRunOf, type Run } from '../run.js';
import { recordProgress } from './progress.js';

/** The steps that a pack goes through; each may run twice. */
type PackStepName = 'stage' | 'activate' | 'register' | 'verify' | 'remove';

const steps: Record<PackStepName, (run: Run, at: PackRun) => Promise<Result<void>>> = {
  stage: stagePack,
  activate: activatePack,
  register: async (_run, { target, release }) => (await target.register?.(release)) ?? ok(undefined),
  verify: verifyPack,
  remove: removePack,
};

/** Does one step of a pack and records it; a refusal is recorded by whoever fails the pack. */
export async function packStep(
  run: Run,
  todo: { pack: string; step: StepName; next: StepName | undefined },
): Promise<Result<void>> {
  const at = await packRunOf(run, todo.pack);
  const result = await steps[todo.step as PackStepName](run, at);
  if (!result.ok) return result;
  await recordProgress(run, {
    pack: todo.pack,
    done: todo.step,
    status: todo.step === 'remove' ? 'removed' : todo.next === undefined ? 'live' : 'running',
    ...(todo.next === undefined ? {} : { next: todo.next }),
  });
  return result;
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
