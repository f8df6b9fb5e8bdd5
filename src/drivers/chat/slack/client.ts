import { SlackAdapter, type SlackAdapterConfig } from '@chat-adapter/slack';
import type { LinkPreview } from 'chat';
import type { Bridge } from '../sdk/bridge.js';
import { slackError } from './errors.js';

type Answer = Readonly<Record<string, unknown>>;

/** The SDK's adapter, but that it acknowledges what came over a socket only once it was handed over. */
export class SlackClient extends SlackAdapter {
  readonly #botToken: () => Promise<string>;

  constructor(config: Omit<SlackAdapterConfig, 'botToken'> & { readonly botToken: () => Promise<string> }) {
    super(config);
    this.#botToken = config.botToken;
  }

  /** Asks Slack who the bot is, by which its own lines are known. Throws when it doesn't tell. */
  async greet(): Promise<void> {
    const { user_id: userId, bot_id: botId } = await this.call('auth.test', {});
    if (typeof userId !== 'string') throw new Error('Slack does not tell who the bot is');
    this._botUserId = userId;
    this._botId = typeof botId === 'string' ? botId : null;
  }

  /**
   * Calls a method of Slack's Web API. By itself rather than by the SDK's ways of posting, which know no idempotency key,
   * and leave the buttons where a message is changed to one without.
   * @throws ChatRateLimited, ChatUndeliverable, or another error for what may be tried again
   */
  async call(method: string, args: Readonly<Record<string, unknown>>): Promise<Answer> {
    try {
      return { ...(await this._client.apiCall(method, { ...args, token: await this.#botToken() })) };
    } catch (error) {
      throw slackError(error);
    }
  }

  /** Takes what came over the socket. Never throws: what was not acknowledged, Slack sends again. */
  async takeFromSocket(envelope: Envelope, inTurn: Bridge['inTurn']): Promise<void> {
    const { body, type, ack, retryNum } = envelope;
    let payload: Record<string, unknown> | undefined;
    const keep = async (response?: Record<string, unknown>) => {
      payload = response;
    };
    try {
      const { done } = await inTurn((options) => this.routeSocketEvent(body, type, keep, options, retryNum));
      if (await done) await ack(payload);
    } catch (error) {
      this.logger.debug('an envelope was not acknowledged', { error });
    }
  }

  // The SDK would wait two seconds for the titles of pages that a line leads to.
  protected override async enrichLinks(links: LinkPreview[]): Promise<LinkPreview[]> {
    return links;
  }

  // The socket is held by ours.
  protected override async startSocketMode(): Promise<void> {}
}

/** What came over a socket. */
export interface Envelope {
  readonly body: Record<string, unknown>;
  readonly type: string;
  readonly ack: (response?: Record<string, unknown>) => Promise<void>;
  readonly retryNum?: number;
}
