import type { ChatAdapter } from '../../../core/chat.js';
import type { Log } from '../../../core/log.js';
import type { Account } from './account.js';
import type { Api } from './api.js';
import { isEncrypted } from './encryption.js';
import { MatrixRefusal } from './errors.js';
import { aliasAnswer, joinedAnswer } from './events.js';
import { roomOf } from './joining.js';
import type { Rooms } from './rooms.js';
import { platform } from './settings.js';

/** What finding rooms takes. */
export interface ChannelParts {
  readonly api: Api;
  readonly rooms: Rooms;
  readonly account: Account;
  /** Told of each room that turns out to be encrypted. */
  readonly tellEncrypted: (room: string) => void;
  readonly log: Log;
}

/** How many rooms are looked at one by one, where nothing was read yet. */
const mostLookedAt = 50;

/**
 * Finds rooms by the names people use: an id (`!…`), or an alias with or without its server. Only those that the bot is in,
 * for a big homeserver has a `#general` of somebody.
 */
export function channelFinder(
  parts: ChannelParts,
): Required<Pick<ChatAdapter, 'findChannel' | 'channelNames' | 'hasChannel' | 'listChannels'>> {
  const { api, rooms, account, tellEncrypted, log } = parts;
  const told = new Set<string>();
  const server = async () => (await account.id()).replace(/^[^:]*:/, '');

  const joined = async () => (await api.get({ path: ['joined_rooms'], schema: joinedAnswer })).joined_rooms;
  const isIn = async (room: string) => (rooms.areKnown() ? rooms.has(room) : (await joined()).includes(room));

  /** The rooms that have an alias, by their ids. */
  async function aliases(): Promise<ReadonlyMap<string, string>> {
    if (rooms.areKnown()) return rooms.aliases();
    const found = new Map<string, string>();
    for (const room of (await joined()).slice(0, mostLookedAt)) {
      const alias = await aliasOf(api, room);
      if (alias !== undefined) found.set(room, alias);
      if (await isEncrypted(api, room)) tellEncrypted(room);
    }
    return found;
  }

  async function withAlias(name: string): Promise<string | undefined> {
    const alias = `#${name}${name.includes(':') ? '' : `:${await server()}`}`;
    const room = await roomOf(api, alias);
    if (room === undefined || (await isIn(room))) return room;
    if (!told.has(alias))
      log.info(
        { platform, room: alias },
        'there is such a room, but Packtrain is not in it; chats.matrix.join says where it is',
      );
    told.add(alias);
    return undefined;
  }

  return {
    async findChannel(written) {
      const name = written.replace(/^#/, '');
      const room = name.startsWith('!') ? ((await isIn(name)) ? name : undefined) : await withAlias(name);
      return room === undefined ? undefined : { platform, channel: room };
    },
    hasChannel: isIn,
    listChannels: aliases,
    async channelNames() {
      const end = `:${await server()}`;
      const names = [...(await aliases()).values()].map((alias) => alias.replace(/^#/, ''));
      return names.map((name) => (name.endsWith(end) ? name.slice(0, -end.length) : name));
    },
  };
}

async function aliasOf(api: Api, room: string): Promise<string | undefined> {
  try {
    const path = ['rooms', room, 'state', 'm.room.canonical_alias'];
    return (await api.get({ path, schema: aliasAnswer })).alias;
  } catch (error) {
    if (error instanceof MatrixRefusal && error.status === 404) return undefined;
    throw error;
  }
}
