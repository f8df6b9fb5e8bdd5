import type { ChatPlatformConfig, HostConfig, TargetConfig } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import type { Host } from '../core/host.js';
import type { OutsideChat, OutsideChatParts } from '../core/outside-chat.js';
import type { Target } from '../core/target.js';
import type { CliOptions } from './options.js';

/** How to serve. */
export interface ServeOptions extends CliOptions {
  /** What to print once the server is ready, given a link that signs in; for those who came without a config. */
  readonly greeting?: (signInUrl: string) => string;
}

/** What the command line can't pick itself, for only `main.ts` knows the drivers. */
export interface CliParts {
  /** The program's own version. */
  readonly version: string;
  /** Serves until it is told to stop; gives the process's exit code. */
  serve(options: ServeOptions): Promise<number>;
  /** Makes the driver of a configured target. @param owner the id of this Packtrain, where it is known */
  openTarget(config: TargetConfig, owner?: string): Target;
  /** Makes the driver of a configured Git host. */
  openHost(
    config: HostConfig,
    surroundings: { readonly token: () => Promise<string | undefined>; readonly clock: Clock },
  ): Host;
  /** Opens the driver of a configured chat of others, which is not asked anything yet. Throws when it can't be. */
  openOutsideChat(config: ChatPlatformConfig, parts: OutsideChatParts): Promise<OutsideChat>;
}
