import type { Actor } from '../../core/actor.js';
import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { knownActors } from '../../store/people.js';
import type { DeploymentDeps } from '../deps.js';

/**
 * Finds the account that is meant by a name, as people write it: `@bob` or `bob`. It is one that was seen on the
 * platform of whoever writes it, or the account there of a person of the config, by the person's name or its id.
 */
export async function findPerson(
  deps: Pick<DeploymentDeps, 'config' | 'db'>,
  written: string,
  by: Actor,
): Promise<Result<Actor>> {
  const name = written.replace(/^@/, '').trim();
  // There are platforms whose ids begin with the mark of a mention.
  const isNamed = (other: string) => other.replace(/^@/, '').toLowerCase() === name.toLowerCase();
  const person = deps.config().access.people.find((p) => isNamed(p.name));
  const account = person?.accounts.find((a) => a.platform === by.platform);
  if (account !== undefined) return ok({ ...account, name: person?.name ?? name });
  const byId = accountsOf(deps).find((a) => a.platform === by.platform && isNamed(a.userId));
  if (byId !== undefined) return ok(byId);
  const known = await knownActors(deps.db);
  const seen = known.filter((actor) => isNamed(actor.name) || isNamed(actor.userId));
  const found = seen.find((actor) => actor.platform === by.platform) ?? seen[0];
  if (found !== undefined) return ok(found);
  const names = new Set(known.map((actor) => actor.name));
  return refused(refuse('unknown-person', { name, near: nearest(name, names) }));
}

function accountsOf(deps: Pick<DeploymentDeps, 'config'>): readonly Actor[] {
  return deps
    .config()
    .access.people.flatMap(({ name, accounts }) => accounts.map((account) => ({ ...account, name })));
}
