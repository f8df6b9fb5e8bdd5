import type { SecretSource } from '../../../core/repository.js';

/** How a StackStorm's own ChatOps is spoken with. */
export interface ChatopsSettings {
  readonly kind: string;
  /** The address of StackStorm's API, with or without `/api/v1`. */
  readonly url: string;
  /** The API key with which messages are posted. */
  readonly apiKey: SecretSource;
  /** What the pack's actions show when they hand a line over. */
  readonly key: SecretSource;
  /** The file of an authority to trust besides the usual ones. */
  readonly caFile?: string;
  /** The route of announcements to which the bot listens. */
  readonly route: string;
  /** Whether nobody can bear another's name there, nor start the pack's actions but by the bot. */
  readonly trustNicknames: boolean;
  /** How the chat behind the bot writes bold text and links. */
  readonly marks: 'none' | 'markdown' | 'slack';
  /** The longest message in characters. */
  readonly longest: number;
}
