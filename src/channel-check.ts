import type { Config } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import { suggest } from './config/suggest.js';
import { type Adapters, isOwn } from './core/find-channel.js';
import type { Log } from './core/log.js';

/** A channel that the config names, and where. */
export interface NamedChannel {
  readonly name: string;
  /** As the keys that lead there: `repositories.Kitchen.announce_channel`. */
  readonly place: string;
}

/** Every channel that is told something. */
export function toldChannels(config: Config): readonly NamedChannel[] {
  const repositories = [...config.repositories].flatMap(([name, one]) => [
    [`repositories.${name}.auto_deployment.notify_channel`, one.autoDeployment?.notifyChannel] as const,
    [`repositories.${name}.announce_channel`, one.announceChannel] as const,
  ]);
  const targets = [...config.targets].map(
    ([name, one]) => [`targets.${name}.drift.channel`, one.drift?.channel] as const,
  );
  return [...repositories, ...targets].flatMap(([place, name]) =>
    name === undefined ? [] : [{ name: name.replace(/^#/, ''), place }],
  );
}

/** What became of asking the chats for a channel: `unknown` while one of them does not answer. */
export type Known = 'there' | 'nowhere' | 'unknown';

/** Asks the chats of others whether one of them has a channel. */
export async function askFor(adapters: Adapters, name: string): Promise<Known> {
  const colon = name.indexOf(':');
  const one = colon > 0 ? adapters.get(name.slice(0, colon)) : undefined;
  const outside = [...adapters.values()].filter(({ platform }) => !isOwn(platform));
  const asked = await Promise.allSettled(
    one === undefined
      ? outside.map((chat) => chat.findChannel(name))
      : [one.findChannel(name.slice(colon + 1))],
  );
  if (asked.some((answer) => answer.status === 'fulfilled' && answer.value !== undefined)) return 'there';
  return asked.some((answer) => answer.status === 'rejected') ? 'unknown' : 'nowhere';
}

const firstWaitMs = 2_000;
const longestWaitMs = 300_000;

/** What checking channels takes. */
export interface ChannelCheckDeps {
  readonly config: ConfigSource;
  readonly adapters: Adapters;
  readonly log: Log;
  /** Milliseconds before a chat that did not answer is asked again, at first; 2,000 unless given. */
  readonly firstWaitMs?: number;
}

/**
 * Looks at the start, and when the config changed, whether some chat has each channel that is told something, and logs
 * those that none has. It holds up nothing: a chat that is away is asked again until it answers.
 * @returns how to stop
 */
export function startChannelCheck(deps: ChannelCheckDeps): () => void {
  const { config, log } = deps;
  let timer: NodeJS.Timeout | undefined;
  let round = 0;
  begin();
  const stopListening = config.onChange(begin);
  return () => {
    stopListening();
    clearTimeout(timer);
    round += 1;
  };

  function begin(): void {
    clearTimeout(timer);
    round += 1;
    void look(round, toldOutside(config.current()), deps.firstWaitMs ?? firstWaitMs);
  }

  async function look(of: number, channels: readonly NamedChannel[], waitMs: number): Promise<void> {
    const asked = await Promise.all(
      channels.map(async (one) => [one, await askFor(deps.adapters, one.name)] as const),
    );
    if (of !== round) return;
    for (const [one, known] of asked)
      if (known === 'nowhere') log.warn({ channel: one.name }, await complaint(deps, one));
    const left = asked.flatMap(([one, known]) => (known === 'unknown' ? [one] : []));
    if (left.length === 0 || of !== round) return;
    timer = setTimeout(() => void look(of, left, Math.min(waitMs * 2, longestWaitMs)), waitMs).unref();
  }
}

// Without chats of others every channel is a room of our own; with `web:` before it, one that is meant.
function toldOutside(config: Config): readonly NamedChannel[] {
  if (config.chats.size === 0) return [];
  return toldChannels(config).filter(({ name }) => !name.startsWith('web:'));
}

async function complaint({ adapters }: ChannelCheckDeps, { name, place }: NamedChannel): Promise<string> {
  const known = await knownNames(adapters);
  const room = name.includes(':') ? '' : ', so it is told in the room of that name on the web pages only';
  return `${place}: No chat has the channel "${name}"${room}.${suggest(name, known.slice(0, 50))}`;
}

async function knownNames(adapters: Adapters): Promise<readonly string[]> {
  const outside = [...adapters.values()].filter(({ platform }) => !isOwn(platform));
  const lists = await Promise.allSettled(outside.map(async (chat) => (await chat.channelNames?.()) ?? []));
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
}
