import type { Actor } from '../../core/actor.js';

/** What texts need besides what they are about. */
export interface RenderContext {
  /** The address of a deployment's page. */
  readonly url: (deployment: number) => string;
  readonly now: Date;
}

/** What a deployment's reply may be given beyond that. */
export interface ReplyContext extends RenderContext {
  /** How a person is called so that they notice; their name in bold unless given. */
  readonly mention?: (actor: Actor) => string;
}
