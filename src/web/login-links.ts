import type { Actor } from '../core/actor.js';
import type { Sessions } from '../core/session.js';

/** Makes sign-in links. */
export type CreateLoginLink = (actor: Actor) => Promise<string>;

/**
 * Makes what makes sign-in links: good once, for 15 minutes. Whoever asks at a terminal of this machine is the same
 * person on the web; whoever asks in another chat acts on the web as the account that asked.
 */
export function createLoginLinks(sessions: Sessions, baseUrl: () => string): CreateLoginLink {
  return async (actor) => {
    const isLocal = actor.platform === 'cli' || actor.platform === 'terminal';
    const token = await sessions.createLoginToken(isLocal ? { ...actor, platform: 'web' } : actor);
    return `${baseUrl()}/login?token=${token}`;
  };
}
