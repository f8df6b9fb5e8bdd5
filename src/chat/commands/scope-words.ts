import type { LockScope } from '../../core/lock.js';
import { nearest } from '../../core/near.js';
import { packName } from '../../core/pack-names.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { repositoryNamed } from '../../deployments/lookup.js';
import type { Asking, Values } from './command.js';

/**
 * What a lock is meant to hold. A name that is a repository's is the repository, else a pack's; one that is both has to
 * be said with `repository` or `pack` before it.
 */
export async function readScope(
  { kind, scope: name = '' }: Values,
  command: 'lock' | 'unlock',
  asking: Asking,
): Promise<Result<LockScope>> {
  const said = kind?.toLowerCase();
  if (said === undefined && /^(?:\*|everything)$/iu.test(name)) return ok({ kind: 'everything' });
  if (said === 'pack') return ok({ kind: 'pack', pack: packName(name) });
  if (said === 'repository') return repositoryScope(name, asking);
  if (said !== undefined) return refused(refuse('scope-unclear', { said: `${kind} ${name}`, command }));
  return command === 'lock' ? lockScope(name, asking) : unlockScope(name, asking);
}

function repositoryScope(name: string, { config }: Asking): Result<LockScope> {
  const repository = repositoryNamed(config, name);
  return repository.ok ? ok({ kind: 'repository', repository: repository.value.name }) : repository;
}

async function lockScope(name: string, asking: Asking): Promise<Result<LockScope>> {
  const repository = repositoryNamed(asking.config, name);
  const pack = packName(name);
  const isPack = (await asking.deployments.packs(pack)).length > 0;
  // A repository that is one pack means the same by either name.
  if (repository.ok && isPack && repository.value.subtree !== false)
    return refused(refuse('scope-both', { name, command: 'lock' }));
  if (repository.ok) return ok({ kind: 'repository', repository: repository.value.name });
  return isPack ? ok({ kind: 'pack', pack }) : unknownPack(pack, asking);
}

/** A name that is nothing yet is a pack to come, unless it looks like a slip of the finger. */
async function unknownPack(name: string, asking: Asking): Promise<Result<LockScope>> {
  const packs = (await asking.deployments.packs())
    .filter((one) => asking.permit({ packs: [one.pack] }).ok)
    .map((one) => one.pack);
  const near = nearest(name, new Set([...asking.config.repositories.keys(), ...packs]));
  if (near.length === 0) return ok({ kind: 'pack', pack: name });
  return refused(refuse('scope-unknown', { name, near }));
}

/** Of two locks by the same name the one that is there is meant. */
async function unlockScope(name: string, { deployments, config }: Asking): Promise<Result<LockScope>> {
  const repository = repositoryNamed(config, name);
  const locked = (await deployments.locks()).map((lock) => lock.scope);
  const pack = packName(name);
  const isPack = locked.some((scope) => scope.kind === 'pack' && scope.pack === pack);
  // One that was taken out of the config may still be locked.
  const exact = repository.ok ? repository.value.name : name;
  const isRepository = locked.some((scope) => scope.kind === 'repository' && scope.repository === exact);
  if (isPack && isRepository) return refused(refuse('scope-both', { name, command: 'unlock' }));
  if (isRepository || (repository.ok && !isPack)) return ok({ kind: 'repository', repository: exact });
  return ok({ kind: 'pack', pack });
}
