import type { Context } from 'hono';
import type { Person } from '../core/access.js';
import type { Actor } from '../core/actor.js';
import type { Caller } from '../core/api-key.js';

/** What middleware leaves for handlers. */
export interface WebEnv {
  Variables: {
    /** Who is signed in; set on pages that need it. */
    actor: Actor;
    /** By whom accounts are told apart. */
    people: readonly Person[];
    /** Who showed a key; set in the API. */
    caller: Caller;
    /** What stands before every command in a chat. */
    prefix: string;
  };
}

/** A request's context in the web. */
export type WebContext = Context<WebEnv>;
