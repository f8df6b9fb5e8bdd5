import type { Actor, ChannelAddress, Origin } from './actor.js';

/** What a platform can do; the renderer makes the best of it. */
export interface ChatCapabilities {
  /** Whether a posted message can be changed. */
  readonly edit: boolean;
  /** The longest message in characters. */
  readonly maxLength: number;
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

/** What the bot says, in chat Markdown: `*bold*`, `_emphasis_`, `` `code` ``, fenced code, `[text](url)`. */
export interface OutgoingMessage {
  /** The same key is the same message: posting it again after a crash must not make a second one. */
  readonly key: string;
  readonly text: string;
  readonly progress?: Progress;
  /** The deployment that it shows, for platforms that can link to its page. */
  readonly deployment?: number;
}

/** A message the bot posted, as its platform names it. */
export interface PostedMessage extends ChannelAddress {
  readonly messageId: string;
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
  stop(): Promise<void>;
}
