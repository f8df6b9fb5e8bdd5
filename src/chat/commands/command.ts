import type { Config } from '../../config/config.js';
import type { About } from '../../core/about.js';
import type { Actor, Origin } from '../../core/actor.js';
import type { CommandName } from '../../core/commands.js';
import type { AliasFormat } from '../../core/content.js';
import type { Intent } from '../../core/intent.js';
import type { Result } from '../../core/result.js';
import type { Deployments } from '../../deployments/service.js';
import type { Answer } from '../answer.js';

/** What a line gave, by the names of the parameters; what was left out is absent. */
export type Values = Readonly<Record<string, string>>;

/** A parameter of a command. */
export interface CommandParam {
  readonly name: string;
  /** What it is for people: `the repository`. */
  readonly label: string;
  readonly isRequired?: boolean;
  /** Whether it can be found out where an added format leaves it out. */
  readonly isFoundOut?: boolean;
  /** The word that may stand before it and say so, such as `packs` or `branch`. */
  readonly keyword?: string;
  /** Whether it is a text of many words. */
  readonly isText?: boolean;
  /** Whether it is the rest of the line as it was written, with its marks and line breaks. */
  readonly isVerbatim?: boolean;
}

/** How a command is said and what it is for: a row of the table. */
export interface CommandText {
  readonly name: CommandName;
  /** The fixed words that it begins with, without the prefix. */
  readonly words: string;
  /** How it is said: what help shows, and the action-alias formats that a line may have, the most exact first. */
  readonly formats: readonly AliasFormat[];
  readonly params: readonly CommandParam[];
  /** What may be said as `--adopt` or `adopt=true`. */
  readonly options?: readonly string[];
  /** What it does, in a line without a full stop. */
  readonly help: string;
  /** A line that works, without the prefix. */
  readonly example: string;
}

/** A command that changes something. */
export interface IntentCommand extends CommandText {
  readonly kind: 'intent';
  intent(values: Values, asking: Asking): Promise<Result<Intent>>;
}

/** A command that only shows something. It asks `permit` about each thing before it shows it. */
export interface QueryCommand extends CommandText {
  readonly kind: 'query';
  answer(values: Values, asking: Asking): Promise<Answer>;
}

/** A row of the table of commands. */
export type Command = IntentCommand | QueryCommand;

/** One question with who asks it, where, and what it may be answered from. */
export interface Asking {
  readonly actor: Actor;
  /** Set where nothing proves who asks. */
  readonly isUnproved?: true;
  readonly origin?: Origin;
  readonly config: Config;
  readonly deployments: Deployments;
  readonly commands: readonly Command[];
  readonly now: Date;
  /** In which times of day are shown; the machine's unless given. */
  readonly timeZone?: string;
  /** The address of a deployment's page. */
  readonly url: (deployment: number) => string;
  readonly createLoginLink: (actor: Actor) => Promise<string>;
  /** A remote's address without anything secret in it. */
  readonly shownUrl: (url: string) => string;
  /** Whether the asker may be shown something; in lists, what is denied is left out. */
  readonly permit: (about: About) => Result<void>;
  /** Whether help lists a command for the asker. */
  readonly mayEver: (command: Command) => boolean;
}
