import type { Actor } from '../../core/actor.js';
import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { knownActors } from '../../store/people.js';
import type { DeploymentDeps } from '../deps.js';

/**
 * Finds the account that is meant by a name, as people write it: `@bob` or `bob`. It is one that was seen on the
 * platform of whoever writes it, or the account there of a person of the config.
 */
export async function findPerson(deps: DeploymentDeps, written: string, by: Actor): Promise<Result<Actor>> {
  const name = written.replace(/^@/, '').trim();
  const isNamed = (other: string) => other.toLowerCase() === name.toLowerCase();
  const person = deps.config().access.people.find((p) => isNamed(p.name));
  const account = person?.accounts.find((a) => a.platform === by.platform);
  if (account !== undefined) return ok({ ...account, name: person?.name ?? name });
  const known = await knownActors(deps.db);
  const seen = known.filter((actor) => isNamed(actor.name) || isNamed(actor.userId));
  const found = seen.find((actor) => actor.platform === by.platform) ?? seen[0];
  if (found !== undefined) return ok(found);
  const names = new Set(known.map((actor) => actor.name));
  return refused(refuse('unknown-person', { name, near: nearest(name, names) }));
}
