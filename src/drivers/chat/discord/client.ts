import { DiscordAdapter, type DiscordAdapterConfig } from '@chat-adapter/discord';
import {
  Client,
  GatewayIntentBits,
  type Interaction,
  type Message,
  MessageFlags,
  Partials,
} from 'discord.js';
import type { Connection } from '../sdk/connect.js';
import { discordError } from './errors.js';

type Answer = Readonly<Record<string, unknown>>;

/** What is said at once to whoever uses a slash command, and to nobody else: Discord wants an answer in three seconds. */
const heard = { content: 'Heard. The answer comes here.', flags: MessageFlags.Ephemeral } as const;
const messageWithSource = 4;
const deferredMessageWithSource = 5;
const callMs = 15_000;

/** The SDK's adapter, but that a mention begins no thread, and commands are not left thinking. */
export class DiscordClient extends DiscordAdapter {
  readonly #botToken: () => Promise<string>;
  readonly #apiUrl: string;

  constructor(
    config: DiscordAdapterConfig & { readonly botToken: () => Promise<string>; readonly apiUrl: string },
  ) {
    super(config);
    this.#botToken = config.botToken;
    this.#apiUrl = config.apiUrl;
  }

  /** Calls Discord's API. @throws ChatRateLimited, ChatUndeliverable, or another error for what may be tried again */
  async call(method: string, path: string, body?: object): Promise<Answer> {
    return { ...(await this.#exchange(method, path, body)) };
  }

  /** Asks for a list. Throws as `call` does. */
  async list(path: string): Promise<readonly Answer[]> {
    const all = await this.#exchange('GET', path);
    return Array.isArray(all) ? all : [];
  }

  async #exchange(method: string, path: string, body?: object): Promise<object> {
    const response = await fetch(`${this.#apiUrl}${path}`, {
      method,
      headers: { authorization: `Bot ${await this.#botToken()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callMs),
    });
    const text = await response.text();
    if (!response.ok) throw discordError(response.status, text);
    return text === '' ? {} : JSON.parse(text);
  }

  /** Asks Discord who the bot is, and tells it of the command `/pack`. */
  async greet(): Promise<void> {
    const { id } = await this.call('GET', '/applications/@me');
    this.resolvedApplicationId = String(id);
    await this.call('POST', `/applications/${String(id)}/commands`, {
      type: 1,
      name: 'pack',
      description: 'Deploys packs, and tells of them',
      options: [{ type: 3, name: 'line', description: 'What to do, such as: status', required: true }],
    });
  }

  /** Connects to the Gateway, which sends every line that the bot may read. */
  async connect(): Promise<Connection> {
    const { Guilds, GuildMessages, MessageContent, DirectMessages } = GatewayIntentBits;
    const client = new Client({
      intents: [Guilds, GuildMessages, MessageContent, DirectMessages],
      // Direct messages come from channels that nobody has told of before.
      partials: [Partials.Channel],
      rest: { api: this.#apiUrl.replace(/\/v\d+$/, ''), version: '10', retries: 0, timeout: callMs },
    });
    const lost = new Promise<void>((resolve) => {
      client.once('shardDisconnect', ({ code }) => {
        this.logger.warn('Discord ended the connection', { code });
        resolve();
      });
      client.once('invalidated', () => resolve());
    });
    client.on('error', (error) => this.logger.warn('the connection to Discord is disturbed', { error }));
    this.setupLegacyGatewayHandlers(client, () => false);
    const ready = new Promise((resolve) => client.once('clientReady', resolve));
    try {
      await client.login(await this.#botToken());
      await Promise.race([ready, lost]);
    } catch (error) {
      await client.destroy();
      throw error;
    }
    return { lost, close: () => client.destroy() };
  }

  // As one that is no mention it gets no thread; that it is one still stands in its text.
  protected override handleGatewayMessage(message: Message): Promise<void> {
    return super.handleGatewayMessage(message, false);
  }

  protected override async handleGatewayInteraction(interaction: Interaction): Promise<void> {
    if (interaction.isChatInputCommand()) {
      const asked = this.normalizeGatewaySlashCommandInteraction(interaction);
      this.handleApplicationCommandInteraction(this.getApplicationCommandContext(asked));
      await interaction.reply(heard);
    } else if (interaction.isMessageComponent()) {
      this.handleComponentInteraction(this.normalizeGatewayComponentInteraction(interaction));
      await interaction.deferUpdate();
    }
  }

  protected override respondToInteraction(
    response: Parameters<DiscordAdapter['respondToInteraction']>[0],
  ): Response {
    const isCommand = response.type === deferredMessageWithSource;
    return Response.json(isCommand ? { type: messageWithSource, data: heard } : response);
  }
}
