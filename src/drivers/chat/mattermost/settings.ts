import type { SecretSource } from '../../../core/repository.js';

/** How a Mattermost server is reached. */
export interface MattermostSettings {
  readonly kind: string;
  /** The server's address, without a slash at its end. */
  readonly url: string;
  /** The token of the bot's account. */
  readonly token: SecretSource;
  /** The file of an authority to trust besides the usual ones. */
  readonly caFile?: string;
  /** The team that is meant where a channel of several teams is named without one. */
  readonly team?: string;
  /** Where the server posts presses of buttons and slash commands to; without it there are neither. */
  readonly endpointUrl?: string;
  /** By which slash commands are proved, one of each. */
  readonly slashTokens: readonly SecretSource[];
  /** Milliseconds before the second try in a row to connect. */
  readonly firstPauseMs?: number;
}
