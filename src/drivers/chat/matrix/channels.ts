import type { ChatAdapter } from '../../../core/chat.js';
import type { Log } from '../../../core/log.js';
import type { Account } from './account.js';
import type { Api } from './api.js';
import { joinedAnswer } from './events.js';
import { roomOf } from './joining.js';
import type { Rooms } from './rooms.js';
import { platform } from './settings.js';

/** What finding rooms takes. */
export interface ChannelParts {
  readonly api: Api;
  readonly rooms: Rooms;
  readonly account: Account;
  readonly log: Log;
}

/**
 * Finds rooms by the names people use: an id (`!…`), or an alias with or without its server. Only those that the bot is in,
 * for a big homeserver has a `#general` of somebody.
 */
export function channelFinder(
  parts: ChannelParts,
): Required<Pick<ChatAdapter, 'findChannel' | 'channelNames'>> {
  const { api, rooms, account, log } = parts;
  const told = new Set<string>();
  const server = async () => (await account.id()).replace(/^[^:]*:/, '');

  async function isIn(room: string): Promise<boolean> {
    if (rooms.areKnown()) return rooms.has(room);
    return (await api.get({ path: ['joined_rooms'], schema: joinedAnswer })).joined_rooms.includes(room);
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
    async channelNames() {
      const end = `:${await server()}`;
      const names = rooms.aliases().map((alias) => alias.replace(/^#/, ''));
      return names.map((name) => (name.endsWith(end) ? name.slice(0, -end.length) : name));
    },
  };
}
