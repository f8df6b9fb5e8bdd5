import type { ChatPlatformConfig, Config } from '../../config/config.js';
import { type NamedChannel, namedChannels } from '../../config/told-channels.js';
import type { ChatAdapter } from '../../core/chat.js';
import { chatInTime } from '../../core/chat-in-time.js';
import { chatRefusal } from '../../core/chat-refusal.js';
import { systemClock } from '../../core/clock.js';
import { errorMessage } from '../../core/error-message.js';
import type { Adapters } from '../../core/find-channel.js';
import type { OutsideChatParts } from '../../core/outside-chat.js';
import type { Redactor } from '../../core/redact.js';
import { describeSource, type LookUp, readSecret } from '../../secrets/read.js';
import type { CliParts } from '../parts.js';
import { bad, badFor, type Finding, odd, well } from './finding.js';

/** What looking at chats takes. */
export interface ChatCheckDeps {
  readonly parts: Pick<CliParts, 'openOutsideChat'>;
  readonly lookUp: LookUp;
  readonly redactor: Redactor;
}

/** Looks whether each chat can be opened, and whether the channels that the config names are there. Nothing is said. */
export async function checkChats(config: Config, deps: ChatCheckDeps): Promise<readonly Finding[]> {
  const opened = await Promise.all([...config.chats.values()].map((one) => openOne(one, deps)));
  const adapters = new Map(opened.flatMap(({ adapter }) => (adapter ? [[adapter.platform, adapter]] : [])));
  const findings = opened.flatMap((one) => one.findings);
  try {
    // What the others don't have, one that can't be opened may have.
    if (adapters.size < opened.length) return findings;
    const named = await Promise.all(namedChannels(config).map((one) => checkChannel(one, adapters)));
    return [...findings, ...named];
  } finally {
    for (const adapter of adapters.values()) await adapter.stop();
  }
}

interface Opened {
  readonly findings: readonly Finding[];
  readonly adapter?: ChatAdapter;
}

async function openOne(config: ChatPlatformConfig, deps: ChatCheckDeps): Promise<Opened> {
  const name = `chat ${config.kind}`;
  const warnings: string[] = [];
  try {
    const { adapter } = await deps.parts.openOutsideChat(config, surroundings(deps, warnings));
    const chat = asConfigured(chatInTime(adapter), config);
    const finding = await askOne(name, chat);
    const warned = warnings.map((what) => odd(name, what, `docs/chats.md tells more of ${config.kind}.`));
    return { findings: [finding, ...warned], adapter: chat };
  } catch (error) {
    return { findings: [badFor(name, chatRefusal(config.kind, error))] };
  }
}

/** What a driver is opened with where it will not be started. */
function surroundings({ lookUp, redactor }: ChatCheckDeps, warnings: string[]): OutsideChatParts {
  const silent = () => undefined;
  const warn = (fields: { readonly room?: string }, message: string) =>
    void warnings.push([fields.room, message].filter(Boolean).join(': '));
  return {
    clock: systemClock,
    log: { debug: silent, info: silent, warn, error: warn },
    state: { get: async () => undefined, set: async () => undefined },
    async secret(source) {
      const secret = await readSecret(source, lookUp);
      if (secret === undefined) throw new Error(`${describeSource(source)} is not there or empty`);
      redactor.learn(secret);
      return secret;
    },
  };
}

/** A chat as a server has it: with the names that the config has for its channels. */
function asConfigured(chat: ChatAdapter, { channels }: ChatPlatformConfig): ChatAdapter {
  return {
    ...chat,
    async findChannel(written) {
      const channel = channels.get(written.replace(/^#/, ''));
      return channel === undefined ? await chat.findChannel(written) : { platform: chat.platform, channel };
    },
    channelNames: async () => [...channels.keys(), ...((await chat.channelNames?.()) ?? [])],
  };
}

/** Asks what the platform only tells those whose secret it takes. */
async function askOne(name: string, chat: ChatAdapter): Promise<Finding> {
  const { platform } = chat;
  try {
    await chat.listChannels?.();
    return well(name, chat.listChannels === undefined ? 'it can be opened' : 'it lets Packtrain in');
  } catch (error) {
    return bad(
      name,
      `${platform} does not answer as it should: ${errorMessage(error)}.`,
      `Mend chats.${platform}.`,
    );
  }
}

async function checkChannel(channel: NamedChannel, adapters: Adapters): Promise<Finding> {
  const name = `channel ${channel.name}`;
  const known = await channel.ask(adapters);
  if (known === 'there') return well(name, channel.place);
  if (known === 'unknown')
    return odd(name, `${channel.place}: A chat does not say whether it is there.`, 'Mend the chat first.');
  const next = 'Correct the name, or ask the bot into the channel.';
  return bad(name, await channel.complaint(adapters), next);
}
