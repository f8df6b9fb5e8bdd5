import type { Actor } from './actor.js';
import type { Progress } from './chat.js';
import type { Result } from './result.js';

/** The two ways into Packtrain's own rooms. */
export type RoomPlatform = 'web' | 'terminal';

/** A message in one of Packtrain's own rooms. */
export interface RoomMessage {
  readonly id: number;
  readonly room: string;
  /** Where its author sits, or where the person sits whom the bot answers. */
  readonly platform: RoomPlatform;
  /** Grows within the room with each post and each edit: whoever has seen up to it has missed nothing before. */
  readonly seq: number;
  /** The `seq` with which it was posted; less than `seq` once it was edited. */
  readonly firstSeq: number;
  readonly author: Actor;
  readonly fromBot: boolean;
  readonly text: string;
  readonly progress?: Progress;
  /** The deployment that it shows. */
  readonly deployment?: number;
  /** The message that it answers. */
  readonly replyTo?: number;
  readonly postedAt: Date;
  readonly editedAt?: Date;
  /** Whether the bot has taken the line; always true for the bot's own. */
  readonly isHandled: boolean;
}

/** A line that somebody says in a room. */
export interface SpokenLine {
  readonly room: string;
  readonly platform: RoomPlatform;
  readonly author: Actor;
  readonly text: string;
  /** Unique for its author: the same line sent again is the same message. */
  readonly key: string;
}

/** What the bot posts in a room. */
export interface BotPost {
  readonly room: string;
  readonly platform: RoomPlatform;
  /** Unique: the same key is the same message. */
  readonly key: string;
  readonly text: string;
  readonly progress?: Progress;
  readonly deployment?: number;
  readonly replyTo?: number;
}

/** What an edit changes; a part that is absent is taken away. */
export type BotEdit = Pick<BotPost, 'text' | 'progress' | 'deployment'>;

/** Something that one person sees. It lives in memory only, since it may hold a sign-in link. */
export interface Whisper {
  readonly key: string;
  readonly room: string;
  readonly to: Actor;
  readonly text: string;
  readonly at: Date;
  /** The message that it answers. */
  readonly replyTo?: number;
}

/** What listeners of a room hear. */
export interface RoomListener {
  /** Something was posted or edited; read on from the last `seq` seen. May come without cause. */
  onChange(): void;
  onWhisper?(whisper: Whisper): void;
}

/** Which line the bot takes next. */
export interface NextLine {
  /** The platforms whose lines are wanted. */
  readonly platforms: readonly RoomPlatform[];
  /** Who takes it. */
  readonly server: string;
  /** Milliseconds after which another server may take it, since this one must have died. */
  readonly leaseMs: number;
  /** Milliseconds for which a line that was just taken holds up the next one of its room. */
  readonly patienceMs: number;
}

/** A line with how often the bot has been given it, this time included. */
export interface TakenLine {
  readonly message: RoomMessage;
  readonly attempt: number;
}

/** Packtrain's own rooms, kept in the database and shared by all servers on it. */
export interface Rooms {
  /** The names of the rooms, in the config's order. */
  names(): readonly string[];
  /** Keeps a line that somebody said. Refused when there is no such room. */
  say(line: SpokenLine): Promise<Result<RoomMessage>>;
  /** Keeps what the bot says; with the key of an earlier post it changes that one. */
  post(post: BotPost): Promise<RoomMessage>;
  /** Changes a message of the bot; undefined when there is none with this id. */
  edit(id: number, edit: BotEdit): Promise<RoomMessage | undefined>;
  /** Tells one person something, on every server where that person listens now. */
  whisper(whisper: Whisper): Promise<void>;
  /** The whispers to a person in a room that are still remembered here, oldest first. */
  whispers(room: string, to: Actor): readonly Whisper[];
  /** The newest messages of a room, or the newest before the one with that id, oldest first. */
  latest(room: string, limit: number, before?: number): Promise<readonly RoomMessage[]>;
  /** The `seq` of the last post or edit; 0 when nothing was said yet. */
  lastSeq(room: string): Promise<number>;
  /** Posts and edits after a `seq`, in its order, at most `limit`. */
  since(room: string, seq: number, limit: number): Promise<readonly RoomMessage[]>;
  /** Listens to a room, on whichever server it happens; returns what ends it. */
  listen(room: string, listener: RoomListener): () => void;
  /** Calls back when a line waits for the bot in any room; returns what ends it. */
  onLine(callback: () => void): () => void;
  /** Takes the oldest line that waits. Lines of one room come in their order, but one that takes long holds up none. */
  takeLine(next: NextLine): Promise<TakenLine | undefined>;
  /** Keeps a line that was taken for longer, in milliseconds from now. */
  renewLine(id: number, holder: { readonly server: string; readonly leaseMs: number }): Promise<void>;
  /** Records that the bot has taken a line for good. */
  finishLine(id: number): Promise<void>;
  /** Gives back what a server took and did not finish before it died. */
  giveBack(server: string): Promise<void>;
}
