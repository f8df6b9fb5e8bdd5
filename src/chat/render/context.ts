import type { Actor } from '../../core/actor.js';

/** What texts need besides what they are about. */
export interface RenderContext {
  /** The address of a deployment's page. */
  readonly url: (deployment: number) => string;
  readonly now: Date;
  /** In which times of day are shown, an IANA name; the machine's unless given. */
  readonly timeZone?: string;
}

/** What a deployment's reply or a notice may be given beyond that. */
export interface ReplyContext extends RenderContext {
  /** How a person is called so that they notice. Unless given it is `@name` where they must, else their name in bold. */
  readonly mention?: (actor: Actor) => string | undefined;
}
