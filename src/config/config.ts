import type { AccessPolicy } from '../core/access.js';
import type { CommandName } from '../core/commands.js';
import type { Repository, SecretSource } from '../core/repository.js';

/** The whole configuration, checked: everything that it names exists, and what was left out has its default. */
export interface Config {
  /** The absolute path of the file it was read from. */
  readonly file: string;
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly targets: ReadonlyMap<string, TargetConfig>;
  readonly hosts: ReadonlyMap<string, HostConfig>;
  readonly access: AccessPolicy;
  readonly web: WebConfig;
  readonly api: ApiConfig;
  readonly chat: ChatConfig;
  /** The chats of others, by platform. */
  readonly chats: ReadonlyMap<string, ChatPlatformConfig>;
  readonly queue: QueueConfig;
  readonly announcements: AnnouncementsConfig;
  readonly log: { readonly level: LogLevel };
  /** An IANA name, such as `Europe/Zurich`; the machine's time zone unless given. */
  readonly timeZone?: string;
}

/** How a target is looked over for packs that somebody changed there. */
export interface DriftConfig {
  /** Milliseconds between two looks; absent: it is not looked. */
  readonly everyMs?: number;
  /** The channel that is told where the repository has none. */
  readonly channel?: string;
  /** Patterns of files that packs write themselves. */
  readonly ignore: readonly string[];
}

/** A folder in which packs go live. */
export interface DirectoryTargetConfig {
  readonly kind: 'directory';
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly drift?: DriftConfig;
}

/** A StackStorm server; times in milliseconds. */
export interface StackstormTargetConfig {
  readonly kind: 'stackstorm';
  readonly name: string;
  /** The folder from which it reads packs; absolute. */
  readonly path: string;
  readonly url: string;
  /** An API key or a token. */
  readonly key: SecretSource;
  readonly keyKind: 'api-key' | 'token';
  readonly drift?: DriftConfig;
  readonly virtualenvs: 'auto' | 'never' | 'always';
  readonly verify: 'fields' | 'names';
  /** Whether its own ChatOps runs: a bot that people type the lines of aliases to. */
  readonly chatops: boolean;
  readonly drain?: { readonly waitMs: number; readonly otherwise: 'go-on' | 'give-up' };
  readonly requestMs: number;
  readonly registerMs: number;
  readonly virtualenvMs: number;
  /** Absolute. */
  readonly caFile?: string;
}

/** Where packs go live; `kind` says which driver takes it. */
export type TargetConfig = DirectoryTargetConfig | StackstormTargetConfig;

/** Whether people type the lines of aliases to a bot of the target's own. */
export function hasChatops(target: TargetConfig | undefined): boolean {
  return target?.kind === 'stackstorm' && target.chatops;
}

/** The kinds of Git hosts. */
export type HostKind = 'github' | 'gitlab' | 'bitbucket-cloud' | 'bitbucket-server' | 'gitea' | 'generic';

/** A Git host; `kind` says which driver takes it. */
export interface HostConfig {
  /** What stands behind `/webhooks/`. */
  readonly name: string;
  readonly kind: HostKind;
  /** The names by which remotes are known to be of this host, in lower case. */
  readonly domains: readonly string[];
  /** What deliveries are signed with; without it they are refused. */
  readonly webhookSecret?: SecretSource;
  /** Without a slash at its end; the public service's unless given. */
  readonly apiUrl?: string;
  readonly token?: SecretSource;
  readonly username?: string;
  /** Absolute. */
  readonly caFile?: string;
  /** Whether deployments are shown on their commits. */
  readonly commitStatus: boolean;
  /** Whether the host's own records of deployments are kept. */
  readonly deploymentRecords: boolean;
}

/** What the settings of every outside chat have. */
export interface OutsideChatConfig {
  /** The platform, as the key in `chats:`. */
  readonly kind: string;
  /** The platform's ids of channels, by the names that the config uses, without #. */
  readonly channels: ReadonlyMap<string, string>;
}

/** A Slack workspace. */
export type SlackChatConfig = OutsideChatConfig & {
  readonly kind: 'slack';
  readonly botToken: SecretSource;
  /** Slack's own unless given. */
  readonly apiUrl?: string;
} & (
    | { readonly mode: 'socket'; readonly appToken: SecretSource }
    | { readonly mode: 'webhook'; readonly signingSecret: SecretSource }
  );

/** A StackStorm's own ChatOps. */
export interface ChatopsChatConfig extends OutsideChatConfig {
  readonly kind: 'chatops';
  readonly url: string;
  readonly apiKey: SecretSource;
  /** What the pack there shows. */
  readonly key: SecretSource;
  /** Absolute. */
  readonly caFile?: string;
  readonly route: string;
  /** Whether a name that the bot tells proves who speaks. */
  readonly trustNicknames: boolean;
  readonly marks: 'none' | 'markdown' | 'slack';
  readonly longest: number;
}

/** Discord. */
export interface DiscordChatConfig extends OutsideChatConfig {
  readonly kind: 'discord';
  readonly botToken: SecretSource;
  /** Where commands and buttons are posted: by which they are proved. */
  readonly publicKey?: string;
  /** With the API's version; Discord's own unless given. */
  readonly apiUrl?: string;
}

/** Microsoft Teams. */
export interface TeamsChatConfig extends OutsideChatConfig {
  readonly kind: 'teams';
  readonly appId: string;
  readonly tenantId: string;
  readonly appPassword: SecretSource;
  /** Without a slash at its end; the public cloud's unless given. */
  readonly loginUrl?: string;
  /** The public cloud's unless given. */
  readonly metadataUrl?: string;
}

/** Google Chat. */
export interface GoogleChatConfig extends OutsideChatConfig {
  readonly kind: 'google-chat';
  /** The service account's file. */
  readonly credentials: SecretSource;
  /** Where Google posts to, to the letter. */
  readonly endpointUrl: string;
  /** The account by which Google posts for a Workspace add-on. */
  readonly addOnAccount?: string;
  /** Google's own unless given. */
  readonly apiUrl?: string;
  readonly metadataUrl?: string;
}

/** An IRC network. */
export interface IrcChatConfig extends OutsideChatConfig {
  readonly kind: 'irc';
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Absolute. */
  readonly caFile?: string;
  readonly nick: string;
  /** The server's own. */
  readonly password?: SecretSource;
  /** Of the network's services. */
  readonly account?: { readonly name: string; readonly password: SecretSource };
  readonly join: readonly string[];
  /** Whether a nick proves who bears it. */
  readonly trustNicknames: boolean;
  readonly linesAtOnce: number;
  readonly linesPerMinute: number;
}

/** A Matrix account. */
export interface MatrixChatConfig extends OutsideChatConfig {
  readonly kind: 'matrix';
  /** Without a slash at its end. */
  readonly homeserver: string;
  readonly accessToken: SecretSource;
  /** Absolute. */
  readonly caFile?: string;
  /** Aliases and ids of rooms. */
  readonly join: readonly string[];
  /** Ids of people, in which `*` stands for any text. */
  readonly invitedBy: readonly string[];
}

/** A Mattermost server. */
export interface MattermostChatConfig extends OutsideChatConfig {
  readonly kind: 'mattermost';
  /** Without a slash at its end. */
  readonly url: string;
  /** Of the bot's account. */
  readonly token: SecretSource;
  /** Absolute. */
  readonly caFile?: string;
  /** The team that is meant where several have a channel of a name. */
  readonly team?: string;
  /** Where the server posts presses of buttons and slash commands to. */
  readonly endpointUrl?: string;
  readonly slashTokens: readonly SecretSource[];
}

/** An account on an XMPP server, with rooms. */
export interface XmppChatConfig extends OutsideChatConfig {
  readonly kind: 'xmpp';
  /** The account's address. */
  readonly jid: string;
  readonly password: SecretSource;
  /** Found by the domain of the address unless given. */
  readonly host?: string;
  readonly port?: number;
  readonly tls: boolean;
  /** Whether it is encrypted from the first byte. */
  readonly directTls: boolean;
  /** Absolute. */
  readonly caFile?: string;
  readonly nick: string;
  readonly join: readonly string[];
  /** By room, in small letters. */
  readonly roomPasswords: ReadonlyMap<string, SecretSource>;
  /** Whether a nick proves who bears it. */
  readonly trustNicknames: boolean;
  /** Whether messages are changed in place. */
  readonly corrections: boolean;
  readonly messagesAtOnce: number;
  readonly messagesPerMinute: number;
}

/** The settings of an outside chat; `kind` says which driver takes it. */
export type ChatPlatformConfig =
  | OutsideChatConfig
  | SlackChatConfig
  | ChatopsChatConfig
  | DiscordChatConfig
  | TeamsChatConfig
  | GoogleChatConfig
  | IrcChatConfig
  | MatrixChatConfig
  | MattermostChatConfig
  | XmppChatConfig;

/** How the web pages are served. */
export interface WebConfig {
  /** The address to listen on; loopback unless given. */
  readonly host: string;
  readonly port: number;
  /** The address that links lead to, without a slash at its end. */
  readonly publicUrl?: string;
}

/** Who may use the HTTP API besides programs on this machine. */
export interface ApiConfig {
  readonly keys: ReadonlyMap<string, ApiKeyConfig>;
}

/** A key of the HTTP API. */
export interface ApiKeyConfig {
  /** Rules call it `api:` and this name. */
  readonly name: string;
  readonly key: SecretSource;
  readonly may: 'read' | 'change';
  /** Names of people, or accounts as `platform:id`, in whose name a request may be made. */
  readonly actsFor: 'everybody' | readonly string[];
}

/** How chat is read. */
export interface ChatConfig {
  /** What stands before every command. */
  readonly prefix: string;
  readonly web: { readonly channels: readonly string[] };
  /** The formats that users add to a command's own. */
  readonly formats: ReadonlyMap<CommandName, readonly string[]>;
}

/** How requests wait for each other. */
export interface QueueConfig {
  /** Milliseconds within which a requester whose turn came must confirm. */
  readonly confirmWithinMs: number;
  /** The phrases that requesters are asked for; empty: the built-in ones. */
  readonly phrases: readonly string[];
}

/** How announcements are worded: the templates that differ from the built-in ones, in LiquidJS. */
export interface AnnouncementsConfig {
  readonly templates: Readonly<Partial<Record<'pack' | 'message' | 'digest', string>>>;
}

/** How much is logged. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
