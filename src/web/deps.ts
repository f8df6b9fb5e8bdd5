import type { Answer } from '../chat/answer.js';
import type { AccessPolicy } from '../core/access.js';
import type { Actor, Origin } from '../core/actor.js';
import type { ApiKeys } from '../core/api-key.js';
import type { ChatBacklog } from '../core/chat-backlog.js';
import type { Clock } from '../core/clock.js';
import type { CommandName } from '../core/commands.js';
import type { Webhooks } from '../core/delivery.js';
import type { ByKey, Intent, Via } from '../core/intent.js';
import type { Log } from '../core/log.js';
import type { LookedAt, Push, SaidPush } from '../core/push.js';
import type { Redactor } from '../core/redact.js';
import type { Result } from '../core/result.js';
import type { Rooms } from '../core/room.js';
import type { Sessions } from '../core/session.js';
import type { Deployments, DeploymentView } from '../deployments/service.js';
import type { ChatReceivers } from './chat-receivers.js';

/** Who asks, from where, and the key that makes asking twice harmless. */
export interface LineContext {
  readonly actor: Actor;
  readonly origin?: Origin;
  readonly via: Via;
  readonly key: string;
  /** Set where it is asked with a key of the config. */
  readonly byKey?: ByKey;
  /** Set where the owner of the server reads in nobody's name: no rule hides anything. */
  readonly seesAll?: true;
}

/** Which pushes are wanted; the newest first. */
export interface PushQuestion {
  readonly repository?: string;
  readonly limit: number;
}

/** A command that the message box offers. */
export interface CommandHint {
  /** How it is said, with its prefix: `!pack deploy {{repo_name}} {{packs}}`. */
  readonly display: string;
  readonly help: string;
  /** A whole line that works here, shown in an empty room. */
  readonly example?: string;
}

/** What was said in an outside chat. */
export interface SaidText {
  /** Chat Markdown. */
  readonly text: string;
  readonly platform: string;
  readonly changedAt: Date;
}

/** What the web needs of the rest of Packtrain. */
export interface WebDeps {
  readonly deployments: Deployments;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  /** What Git hosts post; without it, nothing is taken. */
  readonly webhooks?: Webhooks;
  /** Has a branch of a repository looked at; nobody can ask for it unless given. */
  readonly lookAt?: (push: SaidPush) => Promise<Result<LookedAt>>;
  /** What outside chats post; without it, nothing is taken. */
  readonly chats?: ChatReceivers;
  /** What was said in an outside chat, whole, by its number; none unless given. */
  readonly said?: (post: number) => Promise<SaidText | undefined>;
  /** What the chats of others have not taken; nothing unless given. */
  readonly chatBacklog?: () => Promise<ChatBacklog>;
  /** Runs a line that came over the API. */
  readonly runLine: (line: string, context: LineContext) => Promise<Answer>;
  /** Runs a command by its name, with what a line would give it. */
  readonly runCommand: (
    name: CommandName,
    values: Readonly<Record<string, string>>,
    context: LineContext,
  ) => Promise<Answer>;
  /** The newest pushes; none unless given. */
  readonly pushes?: (query: PushQuestion) => Promise<readonly Push[]>;
  /** Runs an intent that came over the API. */
  readonly runIntent: (intent: Intent, context: LineContext) => Promise<Answer>;
  /** Whether a line of a room is meant for the bot, so that whoever posts it can know that an answer will come. */
  readonly isForBot?: (line: string, author: Actor, room: string) => Promise<boolean>;
  /** A deployment in chat Markdown, as its reply shows it; only its number and status unless given. */
  readonly describe?: (view: DeploymentView) => string;
  /** Who may do what, so that a page offers no button that would be refused; everybody may everything unless given. */
  readonly access?: () => AccessPolicy;
  /** What stands before every command in a chat. */
  readonly prefix: () => string;
  /** The commands that the message box completes. */
  readonly commands: () => readonly CommandHint[];
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
  /** The key that a program on this machine shows to use the API. */
  readonly localKey: string;
  /** The keys of the config; none unless given. */
  readonly apiKeys?: ApiKeys;
  /** Where links lead, without a slash at its end; known once the server listens. */
  readonly baseUrl: () => string;
  /** Whether only this machine can connect, so that a page elsewhere must not talk to us under another name. */
  readonly isLoopback: boolean;
  readonly isReady: () => boolean;
  /** An IANA name; the machine's unless given. */
  readonly timeZone?: () => string | undefined;
}
