import type { Actor, ChannelAddress, Origin } from './actor.js';

/** What a platform can do; what is said is made the best of. */
export interface ChatCapabilities {
  /** Whether a posted message can be changed. Where it can't, only the first and the last state of one are said. */
  readonly edit: boolean;
  /** The longest message in characters. */
  readonly maxLength: number;
  /** The most lines of a message; as many as its length allows unless given. */
  readonly maxLines?: number;
  /** Whether a message may have buttons. */
  readonly buttons?: boolean;
  /** Whether messages may be answered in a thread of their own. */
  readonly threads?: boolean;
  /** Whether a mention makes the platform tell the person. */
  readonly mentions?: boolean;
  /** How `whisper` reaches one person: in the channel where nobody else sees it, or by a direct message. */
  readonly whispers?: 'in-channel' | 'direct';
  /** Whether what is said there, also in private, is kept where others may read it. */
  readonly isOverheard?: boolean;
  /** Whether a text that is too long for a message can be given as a file. */
  readonly files?: boolean;
}

/** A line somebody wrote where the bot can read it. */
export interface IncomingMessage {
  /** Unique on its platform; the same line delivered twice has the same id. */
  readonly id: string;
  readonly text: string;
  readonly author: Actor;
  readonly origin: Origin;
  /** Whether the bot wrote it itself. */
  readonly fromSelf: boolean;
  /** Whether the line was certainly meant for the bot: a mention, a direct message, a slash command. */
  readonly addressed: boolean;
  /** Set where a button was pressed in place of a line, whose text is empty then: the button's own value. */
  readonly pressed?: string;
  /** Set where the platform can't prove who wrote it: anybody may bear this name. */
  readonly isUnproved?: true;
}

/** How far something is, for platforms that can draw it. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** When the clock began to run. */
  readonly since: Date;
  /** When it stopped; absent while it runs. */
  readonly until?: Date;
}

/** A button below a message. Who presses it asks for what its value says, and is refused as anybody else would be. */
export interface Button {
  /** What stands on it: `Extend by 1h`. */
  readonly label: string;
  /** Comes back as `IncomingMessage.pressed`; at most 100 characters. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
}

/**
 * What the bot says, in chat Markdown: `*bold*`, `_emphasis_`, `` `code` ``, fenced code, `[text](url)`, and
 * `[@name](mention:user-id)`, which is how the platform's own people are mentioned.
 */
export interface OutgoingMessage {
  /** The same key is the same message: posting it again after a crash makes no second one, but changes the first. */
  readonly key: string;
  readonly text: string;
  readonly progress?: Progress;
  /** The deployment that it shows, for platforms that can link to its page. */
  readonly deployment?: number;
  /** What can be done about it now; none once it was done. */
  readonly buttons?: readonly Button[];
  /** Whether more is to come by edits. Platforms without edits are told the first state, the last, and new stages. */
  readonly isUnfinished?: boolean;
  /** What somebody should know of before the end: `waiting for turn`. Where nothing can be edited, each is told anew. */
  readonly stage?: string;
  /** A text that belongs to the message and is too long for it: given as a file where `capabilities.files`. */
  readonly file?: { readonly name: string; readonly text: string };
}

/** A message the bot posted, as its platform names it. */
export interface PostedMessage extends ChannelAddress {
  readonly messageId: string;
}

/** A platform that wants less: what was to be said is said once the time is over. Thrown by `post`, `edit`, `whisper`. */
export class ChatRateLimited extends Error {
  override readonly name = 'ChatRateLimited';
  /** Milliseconds after which it may be tried again. */
  readonly retryAfterMs: number;

  constructor(platform: string, retryAfterMs: number) {
    super(`${platform} asks to wait ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A message that a platform will never take: the channel is gone, the bot is not in it, the message was deleted. */
export class ChatUndeliverable extends Error {
  override readonly name = 'ChatUndeliverable';
}

/** One chat platform. The only thing that a driver for one has to provide. */
export interface ChatAdapter {
  readonly platform: string;
  readonly capabilities: ChatCapabilities;
  /** Begins to hand over what people write. A handler that takes long holds up no other line. */
  start(onMessage: (message: IncomingMessage) => Promise<void>): Promise<void>;
  /** Posts a message. */
  post(to: Origin, message: OutgoingMessage): Promise<PostedMessage>;
  /** Changes a posted message in place. */
  edit(posted: PostedMessage, message: OutgoingMessage): Promise<void>;
  /** Says something that only one person sees. */
  whisper(to: Actor, at: Origin, message: OutgoingMessage): Promise<void>;
  /** The address of a channel by the name people use, if this platform has it. */
  findChannel(name: string): Promise<ChannelAddress | undefined>;
  /** The names of the channels that `findChannel` finds, for whoever misspelt one; absent where nobody can list them. */
  channelNames?(): Promise<readonly string[]>;
  /** Whether the bot sees a channel, by its id; absent where nobody can tell without saying something there. */
  hasChannel?(channel: string): Promise<boolean>;
  /** What the channels that the bot sees are called, by their ids, for whoever has a wrong id; absent where nobody can list them. */
  listChannels?(): Promise<ReadonlyMap<string, string>>;
  stop(): Promise<void>;
}
