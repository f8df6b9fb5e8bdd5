import { throughMailbox } from './chat/mailbox/mailbox.js';
import type { ChatPlatformConfig } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import type { ChatAdapter } from './core/chat.js';
import type { Clock } from './core/clock.js';
import { errorMessage } from './core/error-message.js';
import type { Log } from './core/log.js';
import { ChatLibraryMissing, type OutsideChat, type OutsideChatParts } from './core/outside-chat.js';
import { type Refusal, refuse } from './core/reason.js';
import type { Redactor } from './core/redact.js';
import type { SecretSource } from './core/repository.js';
import { ok, type Result, refused } from './core/result.js';
import { describeSource, type LookUp } from './secrets/read.js';
import { chatState } from './store/chat-state.js';
import type { Store } from './store/open.js';
import { secretsOf } from './targets.js';

/** What the outside chats are opened with. */
export interface OutsideChatsOptions {
  readonly config: ConfigSource;
  readonly drivers: {
    openOutsideChat(config: ChatPlatformConfig, parts: OutsideChatParts): Promise<OutsideChat>;
  };
  readonly db: Store['db'];
  readonly env: LookUp;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
  /** This server's own name among those that share the database. */
  readonly server: string;
  /** The address of the page that shows all of a post. */
  readonly pageOf: (post: number) => string;
}

/** The chats of others that are configured, each behind its mailbox. */
export interface OutsideChats {
  readonly adapters: readonly ChatAdapter[];
  /** What takes the posts of those that post, by platform. */
  readonly receivers: ReadonlyMap<string, (request: Request) => Promise<Response>>;
}

/** Opens the configured chats of others. None of them is asked anything yet, so one that is away holds up nothing. */
export async function openOutsideChats(options: OutsideChatsOptions): Promise<Result<OutsideChats>> {
  const adapters: ChatAdapter[] = [];
  const receivers = new Map<string, (request: Request) => Promise<Response>>();
  for (const [platform, config] of options.config.current().chats) {
    const opened = await openOne(options, config);
    if (!opened.ok) return opened;
    const { adapter, receive } = opened.value;
    adapters.push(throughMailbox(adapter, { ...options, channels: () => channelsOf(options, platform) }));
    if (receive !== undefined) receivers.set(platform, receive);
  }
  return ok({ adapters, receivers });
}

function channelsOf({ config }: OutsideChatsOptions, platform: string): ReadonlyMap<string, string> {
  return config.current().chats.get(platform)?.channels ?? new Map();
}

async function openOne(
  options: OutsideChatsOptions,
  config: ChatPlatformConfig,
): Promise<Result<OutsideChat>> {
  const { drivers, db, clock, log } = options;
  const state = chatState(db, config.kind);
  try {
    return ok(await drivers.openOutsideChat(config, { clock, log, state, secret: secretOf(options) }));
  } catch (error) {
    return refused(refusalOf(config.kind, error));
  }
}

function secretOf({ env, redactor }: OutsideChatsOptions): (source: SecretSource) => Promise<string> {
  const read = secretsOf(env, redactor);
  return async (source) => {
    const secret = await read(source);
    if (secret === undefined) throw new Error(`${describeSource(source)} is not there or empty`);
    return secret;
  };
}

function refusalOf(platform: string, error: unknown): Refusal {
  if (error instanceof ChatLibraryMissing)
    return refuse('chat-library-missing', { platform, packages: [...error.packages] });
  return refuse('chat-not-opened', { platform, detail: errorMessage(error) });
}
