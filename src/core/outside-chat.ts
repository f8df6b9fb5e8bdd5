import type { ChatAdapter } from './chat.js';
import type { ChatState } from './chat-state.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { SecretSource } from './repository.js';

/** A chat of others that is open. */
export interface OutsideChat {
  readonly adapter: ChatAdapter;
  /**
   * Takes what the platform posts to `/chats/<platform>`, with its body as it came; proves who sent it, and answers once
   * it is kept. Absent where the platform posts nothing.
   */
  readonly receive?: (request: Request) => Promise<Response>;
}

/** What the driver of an outside chat is made with. */
export interface OutsideChatParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Reads a secret anew, masked from then on. Throws when it is not there. */
  readonly secret: (source: SecretSource) => Promise<string>;
  /** What the client remembers across restarts. */
  readonly state: ChatState;
}

/** A driver's library is not installed: it comes only with the drivers that somebody uses. */
export class ChatLibraryMissing extends Error {
  override readonly name = 'ChatLibraryMissing';
  readonly platform: string;
  /** The packages to install, with their versions. */
  readonly packages: readonly string[];

  constructor(platform: string, packages: readonly string[]) {
    super(`the driver for ${platform} needs ${packages.join(' and ')}`);
    this.platform = platform;
    this.packages = packages;
  }
}
