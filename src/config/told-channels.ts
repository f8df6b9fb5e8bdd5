import type { ChatAdapter } from '../core/chat.js';
import { type Adapters, isOwn } from '../core/find-channel.js';
import type { Config } from './config.js';
import { suggest } from './suggest.js';

/** What became of asking the chats for a channel: `unknown` while one of them does not answer. */
export type Known = 'there' | 'nowhere' | 'unknown';

/** A channel that the config names, which only its chat can tell whether it is there. */
export interface NamedChannel {
  readonly name: string;
  /** As the keys that lead there: `repositories.Kitchen.announce_channel`. */
  readonly place: string;
  ask(adapters: Adapters): Promise<Known>;
  /** What is wrong where it is nowhere, with what there is instead. */
  complaint(adapters: Adapters): Promise<string>;
}

/** Every channel that the chats of others should have: those that are told something, and the ids of `channels:`. */
export function namedChannels(config: Config): readonly NamedChannel[] {
  // Without chats of others every channel is a room of our own; with `web:` before it, one that is meant.
  if (config.chats.size === 0) return [];
  const told = toldChannels(config).filter(({ name }) => !name.startsWith('web:'));
  const byName = told.map(({ name, place }) => ({
    name,
    place,
    ask: (adapters: Adapters) => askFor(adapters, name),
    complaint: (adapters: Adapters) => nameComplaint(adapters, { name, place }),
  }));
  return [...byName, ...mappedChannels(config)];
}

type Place = Pick<NamedChannel, 'name' | 'place'>;

/** Every channel that is told something. */
export function toldChannels(config: Config): readonly Place[] {
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

/** The ids that `channels:` of each chat names. */
function mappedChannels({ chats }: Config): readonly NamedChannel[] {
  return [...chats].flatMap(([platform, { channels }]) =>
    [...channels].map(([name, id]) => ({
      name,
      place: `chats.${platform}.channels.${name}`,
      ask: (adapters: Adapters) => askForId(adapters.get(platform), id),
      complaint: (adapters: Adapters) => idComplaint(adapters.get(platform), { name, platform, id }),
    })),
  );
}

/** Asks the chats of others whether one of them has a channel of a name. */
export async function askFor(adapters: Adapters, name: string): Promise<Known> {
  const colon = name.indexOf(':');
  const one = colon > 0 ? adapters.get(name.slice(0, colon)) : undefined;
  const asked = await Promise.allSettled(
    one === undefined
      ? outside(adapters).map((chat) => chat.findChannel(name))
      : [one.findChannel(name.slice(colon + 1))],
  );
  if (asked.some((answer) => answer.status === 'fulfilled' && answer.value !== undefined)) return 'there';
  return asked.some((answer) => answer.status === 'rejected') ? 'unknown' : 'nowhere';
}

async function askForId(chat: ChatAdapter | undefined, id: string): Promise<Known> {
  // A chat that is only just being opened is asked later.
  if (chat === undefined) return 'unknown';
  if (chat.hasChannel === undefined) return 'there';
  try {
    return (await chat.hasChannel(id)) ? 'there' : 'nowhere';
  } catch {
    return 'unknown';
  }
}

async function nameComplaint(adapters: Adapters, { name, place }: Place): Promise<string> {
  const known = await namesIn(adapters);
  const room = name.includes(':') ? '' : ', so it is told in the room of that name on the web pages only';
  const unmapped = await unmappedIn(adapters, name);
  return `${place}: No chat has the channel "${name}"${room}.${unmapped ?? suggest(name, known.slice(0, 50))}`;
}

async function namesIn(adapters: Adapters): Promise<readonly string[]> {
  const lists = await Promise.allSettled(
    outside(adapters).map(async (chat) => (await chat.channelNames?.()) ?? []),
  );
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
}

/** Where a chat that goes by ids has a channel of that name: the line that tells its id. */
async function unmappedIn(adapters: Adapters, name: string): Promise<string | undefined> {
  const plain = name.replace(/^[^:]*:/, '');
  for (const chat of outside(adapters)) {
    const [id] = [...(await listed(chat))].find(([, called]) => called === plain) ?? [];
    if (id !== undefined)
      return ` Add ${plain}: "${id}" to chats.${chat.platform}.channels, if that is meant.`;
  }
  return undefined;
}

async function idComplaint(
  chat: ChatAdapter | undefined,
  { name, platform, id }: { readonly name: string; readonly platform: string; readonly id: string },
): Promise<string> {
  const all = [...(chat === undefined ? [] : await listed(chat))].slice(0, 50);
  const known = all.map(([one, called]) => `${called} ("${one}")`).sort();
  const there = known.length === 0 ? '' : ` It sees ${known.join(', ')}.`;
  return `chats.${platform}.channels.${name}: The bot sees no channel "${id}" on ${platform}.${there}`;
}

async function listed(chat: ChatAdapter): Promise<ReadonlyMap<string, string>> {
  return (await chat.listChannels?.().catch(() => undefined)) ?? new Map();
}

function outside(adapters: Adapters): readonly ChatAdapter[] {
  return [...adapters.values()].filter(({ platform }) => !isOwn(platform));
}
