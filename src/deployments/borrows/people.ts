import type { Person } from '../../core/access.js';
import type { Actor } from '../../core/actor.js';
import { accountName, accountsOf, personName } from '../../core/identity.js';
import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { knownActors } from '../../store/people.js';
import type { DeploymentDeps } from '../deps.js';

/**
 * Finds who is meant by a name, as people write it: `@bob`, `bob`, an id as a mention has it, or `platform:id`. It is a
 * person of the config, else somebody who was seen, on the platform of whoever writes it if there is one there. Of
 * several people of one name nobody is guessed.
 */
export async function findPerson(
  deps: Pick<DeploymentDeps, 'config' | 'db'>,
  written: string,
  by: Actor,
): Promise<Result<Actor>> {
  const name = written.replace(/^@/, '').trim();
  // There are platforms whose ids begin with the mark of a mention.
  const isNamed = (other: string) => other.replace(/^@/, '').toLowerCase() === name.toLowerCase();
  const { people } = deps.config().access;
  const known = [...configured(people), ...(await knownActors(deps.db))];
  const person = people.find((p) => isNamed(p.name));
  const account = person === undefined ? undefined : accountFor(people, person, by);
  if (account !== undefined) return ok({ ...account, name: person?.name ?? name });
  const here = known.filter((actor) => actor.platform === by.platform);
  const nearestFirst = [
    known.filter((actor) => isNamed(accountName(actor))),
    here.filter((actor) => isNamed(actor.userId)),
    here.filter((actor) => isNamed(actor.name)),
    known.filter((actor) => isNamed(actor.userId) || isNamed(actor.name)),
  ];
  const meant = onePerPerson(people, nearestFirst.find((some) => some.length > 0) ?? []);
  const [found, other] = meant;
  if (found !== undefined && other === undefined) return ok(found);
  if (found !== undefined)
    return refused(refuse('which-person', { name, accounts: meant.map(accountName).sort() }));
  const names = new Set([...people.map((p) => p.name), ...known.map((actor) => actor.name)]);
  return refused(refuse('unknown-person', { name, near: nearest(name, names) }));
}

/** Whom the config names, though they may have said nothing yet. */
function configured(people: readonly Person[]): readonly Actor[] {
  return people.flatMap(({ name, accounts }) => accounts.map((account) => ({ ...account, name })));
}

/** The account of a person where somebody speaks of them, else one that they have elsewhere. */
function accountFor(people: readonly Person[], person: Person, by: Actor) {
  const own = person.accounts[0] ?? person.linked?.[0];
  if (own === undefined) return undefined;
  const all = accountsOf(people, { ...own, name: person.name });
  return all.find((account) => account.platform === by.platform) ?? own;
}

/** Each person once, by the account that was seen first; the same account may have been seen by several names. */
function onePerPerson(people: readonly Person[], seen: readonly Actor[]): readonly Actor[] {
  const found = new Map<string, Actor>();
  for (const actor of seen) {
    const name = personName(people, actor);
    if (!found.has(name)) found.set(name, actor);
  }
  return [...found.values()];
}
