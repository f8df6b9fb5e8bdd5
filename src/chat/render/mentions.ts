import type { Person } from '../../core/access.js';
import type { Actor } from '../../core/actor.js';
import { accountsOf, ownPlatforms } from '../../core/identity.js';
import { oneLine } from './markdown.js';

/** How somebody is called on a platform so that they notice; undefined for whom it does not know. */
export type Mention = (actor: Actor) => string | undefined;

/**
 * How people are called on a platform: by their account there, also when they asked from elsewhere and are known
 * to be one person. Undefined on Packtrain's own platforms, which know people by their names.
 */
export function mentionsOn(platform: string, people: readonly Person[]): Mention | undefined {
  if (ownPlatforms.some((own) => own === platform)) return undefined;
  return (actor) => {
    const id = actor.platform === platform ? actor.userId : accountOn(platform, people, actor);
    // An id that would end the link can't be said in one.
    return id === undefined || /[()\s]/.test(id) ? undefined : `[@${calledBy(actor)}](mention:${id})`;
  };
}

function accountOn(platform: string, people: readonly Person[], actor: Actor): string | undefined {
  return accountsOf(people, actor).find((one) => one.platform === platform)?.userId;
}

function calledBy({ name, userId }: Actor): string {
  return oneLine(name).replace(/[*`[\]()]/gu, '') || userId;
}
