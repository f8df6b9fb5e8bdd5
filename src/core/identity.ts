import type { Person } from './access.js';
import type { Actor } from './actor.js';

/** The platforms whose accounts Packtrain gives out itself, so that an account's name is its person's name. */
export const ownPlatforms = ['web', 'terminal', 'cli'] as const;

/** An account as rules write it: `platform:id`. */
export function accountName(actor: Pick<Actor, 'platform' | 'userId'>): string {
  return `${actor.platform}:${actor.userId}`;
}

/**
 * The name by which rules know an actor: that of the person with this account; on Packtrain's own platforms the
 * account's own name; else `platform:id`, so that nobody becomes ann by calling themselves ann elsewhere.
 */
export function personName(people: readonly Person[], actor: Actor): string {
  const person = people.find((p) =>
    p.accounts.some((a) => a.platform === actor.platform && a.userId === actor.userId),
  );
  if (person !== undefined) return person.name;
  return bearsOwnName(people, actor) ? actor.userId : accountName(actor);
}

function bearsOwnName(people: readonly Person[], actor: Actor): boolean {
  const isOwn = ownPlatforms.some((platform) => platform === actor.platform);
  // A colon would let an account pass for one of another platform.
  if (!isOwn || actor.userId.includes(':')) return false;
  const namesake = people.find((p) => p.name === actor.userId);
  return namesake === undefined || !namesake.accounts.some((a) => a.platform === actor.platform);
}
