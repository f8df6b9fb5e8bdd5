import { isDeepStrictEqual } from 'node:util';
import type { ChatAdapter, IncomingMessage } from './core/chat.js';
import { isOwn } from './core/find-channel.js';
import type { OutsideChat } from './core/outside-chat.js';
import { sentence } from './core/reason.js';
import { ok, type Result } from './core/result.js';
import { type OpenChat, type OutsideChatOptions, openOutsideChat } from './open-outside-chat.js';

/** What the outside chats are opened with. */
export interface OutsideChatsOptions extends OutsideChatOptions {
  /** All chats by platform, in the order in which a channel's name is looked for; theirs are kept up to date in it. */
  readonly adapters: Map<string, ChatAdapter>;
}

type Receive = NonNullable<OutsideChat['receive']>;
type Handler = (message: IncomingMessage) => Promise<void>;

/** The chats of others that are configured. */
export class OutsideChats {
  readonly #options: OutsideChatsOptions;
  readonly #open = new Map<string, OpenChat>();
  readonly #receivers = new Map<string, Receive>();
  #last: Promise<void> = Promise.resolve();
  #unfollow: () => void = () => undefined;

  constructor(options: OutsideChatsOptions) {
    this.#options = options;
  }

  /** What takes the posts of those chats that post, by platform. */
  get receivers(): ReadonlyMap<string, Receive> {
    return this.#receivers;
  }

  /** Opens them all. Refused when one of them can't be opened. */
  async open(): Promise<Result<void>> {
    for (const config of this.#wanted().values()) {
      const opened = await openOutsideChat(this.#options, config);
      if (!opened.ok) return opened;
      this.#open.set(config.kind, opened.value);
    }
    this.#list();
    return ok(undefined);
  }

  /**
   * Begins to hand over what people write, and to follow the config: a chat that it names anew is opened, one that it no
   * longer names is closed, and one whose settings changed is opened anew.
   */
  async start(handler: Handler): Promise<void> {
    for (const { adapter } of this.#open.values()) await adapter.start(handler);
    const { config, log } = this.#options;
    this.#unfollow = config.onChange(() => {
      this.#last = this.#last
        .then(() => this.#follow(handler))
        .catch((error: unknown) => log.warn({ err: error }, 'the chats could not follow the config'));
    });
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await this.#last;
    await Promise.all([...this.#open.values()].map(({ adapter }) => adapter.stop()));
  }

  async #follow(handler: Handler): Promise<void> {
    const fresh = await this.#openFresh();
    const leaving = [...this.#open.values()].filter(
      ({ config: { kind } }) => !this.#wanted().has(kind) || fresh.some((chat) => chat.config.kind === kind),
    );
    for (const { config } of leaving) this.#open.delete(config.kind);
    for (const chat of fresh) this.#open.set(chat.config.kind, chat);
    // Before the old ones are stopped: what is said meanwhile waits in the mailbox of the new ones.
    this.#list();
    await Promise.all(leaving.map(({ adapter }) => adapter.stop()));
    for (const { adapter } of fresh) await adapter.start(handler);
  }

  /** Opens those that are new or changed. One that can't be opened stays as it was. */
  async #openFresh(): Promise<readonly OpenChat[]> {
    const fresh: OpenChat[] = [];
    for (const config of this.#wanted().values()) {
      if (isDeepStrictEqual(this.#open.get(config.kind)?.config, config)) continue;
      const opened = await openOutsideChat(this.#options, config);
      if (opened.ok) fresh.push(opened.value);
      else this.#options.log.warn({ platform: config.kind }, sentence(opened.refusal));
    }
    return fresh;
  }

  #wanted() {
    return this.#options.config.current().chats;
  }

  #list(): void {
    const { adapters } = this.#options;
    for (const platform of adapters.keys()) if (!isOwn(platform)) adapters.delete(platform);
    this.#receivers.clear();
    for (const [platform] of this.#wanted()) {
      const chat = this.#open.get(platform);
      if (chat === undefined) continue;
      adapters.set(platform, chat.adapter);
      if (chat.receive !== undefined) this.#receivers.set(platform, chat.receive);
    }
  }
}
