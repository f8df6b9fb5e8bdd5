import type { Actor, Origin } from '../core/actor.js';
import type { ByKey, Intent, Via } from '../core/intent.js';
import { refuse } from '../core/reason.js';
import type { Answer } from './answer.js';
import { refusal } from './commands/about.js';

/** Who asks, from where, and the key that makes asking twice harmless. */
export interface AskContext {
  readonly actor: Actor;
  readonly origin?: Origin;
  readonly via: Via;
  readonly key: string;
  /** Set where nobody has proved who asks: it is answered, but changes nothing. */
  readonly isUnproved?: true;
  /** Set where what is answered, also in private, may be read by others. */
  readonly isOverheard?: true;
  /** Set where it is asked with a key of the HTTP API. */
  readonly byKey?: ByKey;
  /** Set where the owner of the server reads in nobody's name: no rule hides anything. */
  readonly seesAll?: true;
}

/** Why whoever asks may change nothing, whatever the rules say; undefined when they may. */
export function changeRefused({ actor, byKey, isUnproved }: AskContext): Answer | undefined {
  if (byKey?.mayChange === false) return refusal(refuse('key-only-reads', { key: byKey.name }));
  return isUnproved ? refusedUnproved(actor) : undefined;
}

/** Why whoever asks may not join accounts or take them apart: that is for those whose they are, and nobody in their name. */
export function linkRefused(context: AskContext, { kind }: Intent): Answer | undefined {
  if (kind !== 'link' && kind !== 'unlink') return undefined;
  const { actor, byKey, isOverheard } = context;
  if (byKey !== undefined) return refusal(refuse('key-joins-nobody', { key: byKey.name }));
  return isOverheard ? refusal(refuse('link-overheard', { platform: actor.platform })) : undefined;
}

/** Why whoever asks gets no sign-in link. */
export function loginRefused({ actor, byKey, isUnproved, isOverheard }: AskContext): Answer | undefined {
  if (byKey !== undefined) return refusal(refuse('key-signs-nobody-in', { key: byKey.name }));
  if (isOverheard) return refusal(refuse('login-overheard', { platform: actor.platform }));
  return isUnproved ? refusedUnproved(actor) : undefined;
}

function refusedUnproved(actor: Actor): Answer {
  return refusal(refuse('speaker-unproved', { platform: actor.platform, name: actor.name }));
}
