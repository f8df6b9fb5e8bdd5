/** A person on one platform. Identity is the platform's user id, never a display name. */
export interface Actor {
  /** `web`, `terminal`, `cli`, or a chat platform's name. */
  readonly platform: string;
  readonly userId: string;
  /** How people call them; shown, never compared. */
  readonly name: string;
}

/** A channel on one platform. */
export interface ChannelAddress {
  readonly platform: string;
  readonly channel: string;
}

/** Where something was asked for, and so where its answer goes. */
export interface Origin extends ChannelAddress {
  /** The message that asked, as the platform names it. */
  readonly messageId?: string;
  readonly thread?: string;
}

/** Packtrain itself, for what a timer or a push asks for. */
export const packtrainItself: Actor = { platform: 'packtrain', userId: 'packtrain', name: 'Packtrain' };

/** Whether two actors are the same account. */
export function sameActor(a: Actor, b: Actor): boolean {
  return a.platform === b.platform && a.userId === b.userId;
}
