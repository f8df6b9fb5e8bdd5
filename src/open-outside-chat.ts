import { throughMailbox } from './chat/mailbox/mailbox.js';
import type { ChatPlatformConfig } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import type { ChatAdapter } from './core/chat.js';
import { chatRefusal } from './core/chat-refusal.js';
import type { Clock } from './core/clock.js';
import type { Log } from './core/log.js';
import type { OutsideChat, OutsideChatParts } from './core/outside-chat.js';
import type { Redactor } from './core/redact.js';
import type { SecretSource } from './core/repository.js';
import { ok, type Result, refused } from './core/result.js';
import { describeSource, type LookUp } from './secrets/read.js';
import { chatState } from './store/chat-state.js';
import type { Store } from './store/open.js';
import { secretsOf } from './targets.js';

/** What an outside chat is opened with. */
export interface OutsideChatOptions {
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

/** An outside chat behind its mailbox. */
export interface OpenChat {
  /** As it was when the chat was opened. */
  readonly config: ChatPlatformConfig;
  readonly adapter: ChatAdapter;
  /** Takes what the platform posts; absent where it posts nothing. */
  readonly receive?: OutsideChat['receive'];
}

/** Opens an outside chat. It is asked nothing yet, so one that is away holds up nothing. */
export async function openOutsideChat(
  options: OutsideChatOptions,
  config: ChatPlatformConfig,
): Promise<Result<OpenChat>> {
  const opened = await openDriver(options, config);
  if (!opened.ok) return opened;
  const { adapter, ...rest } = opened.value;
  const channels = () => channelsOf(options, config.kind);
  return ok({ ...rest, config, adapter: throughMailbox(adapter, { ...options, channels }) });
}

function channelsOf({ config }: OutsideChatOptions, platform: string): ReadonlyMap<string, string> {
  return config.current().chats.get(platform)?.channels ?? new Map();
}

async function openDriver(
  options: OutsideChatOptions,
  config: ChatPlatformConfig,
): Promise<Result<OutsideChat>> {
  const { drivers, db, clock, log } = options;
  const state = chatState(db, config.kind);
  try {
    return ok(await drivers.openOutsideChat(config, { clock, log, state, secret: secretOf(options) }));
  } catch (error) {
    return refused(chatRefusal(config.kind, error));
  }
}

function secretOf({ env, redactor }: OutsideChatOptions): (source: SecretSource) => Promise<string> {
  const read = secretsOf(env, redactor);
  return async (source) => {
    const secret = await read(source);
    if (secret === undefined) throw new Error(`${describeSource(source)} is not there or empty`);
    return secret;
  };
}
