import type { Refusal } from '../core/reason.js';

/** What a command answers, for every side that can run one: chat posts the text, the CLI and the API give the data too. */
export interface Answer {
  /** Chat Markdown. */
  readonly text: string;
  /** The same as data, plain JSON. */
  readonly data?: unknown;
  /** Set when the command was refused. */
  readonly refusal?: Refusal;
  /** The deployment that the command began or speaks of; its reply is edited while it runs. */
  readonly deployment?: number;
  /** Only the person who asked may see it. */
  readonly isPrivate?: boolean;
}
