import { ChatUndeliverable } from '../../../core/chat.js';
import type { Account } from './account.js';
import type { Api } from './api.js';
import { MatrixRefusal } from './errors.js';
import { anyAnswer, directContent, membersAnswer, roomAnswer, textIn } from './events.js';
import type { Rooms } from './rooms.js';
import { isUserId } from './text.js';

/** Rooms in which nobody but the bot and one person is. */
export interface Directs {
  /** The room for somebody: that in which they asked, if it is one, else one of theirs, else a new one. */
  roomFor(userId: string, asked: string): Promise<string>;
  /** Notes that somebody made a room for the two. */
  note(userId: string, room: string): Promise<void>;
}

/** Knows the rooms for two. */
export function createDirects(api: Api, rooms: Rooms, account: Account): Directs {
  const making = new Map<string, Promise<string>>();
  let noting: Promise<void> = Promise.resolve();

  async function isForTwo(room: string, userId: string): Promise<boolean> {
    try {
      const path = ['rooms', room, 'members'];
      const { chunk } = await api.get({ path, query: { not_membership: 'leave' }, schema: membersAnswer });
      const there = chunk
        .filter(({ content }) => /^(join|invite)$/.test(textIn(content, 'membership') ?? ''))
        .map(({ state_key: id }) => id);
      const own = await account.id();
      return there.includes(userId) && there.every((id) => id === userId || id === own);
    } catch (error) {
      // A room that the bot was taken out of, or that is gone.
      if (error instanceof MatrixRefusal && (error.status === 403 || error.status === 404)) return false;
      throw error;
    }
  }

  async function find(userId: string, asked: string): Promise<string> {
    const known = rooms.directWith(userId).filter((room) => rooms.has(room) && !rooms.isEncrypted(room));
    // A room that happens to have two people may be open to more of them later.
    const first = known.includes(asked) ? [asked] : [];
    for (const room of new Set([...first, ...known])) if (await isForTwo(room, userId)) return room;
    making.set(userId, making.get(userId) ?? make(userId).finally(() => making.delete(userId)));
    return (await making.get(userId)) ?? '';
  }

  async function make(userId: string): Promise<string> {
    if (!isUserId(userId)) throw new ChatUndeliverable(`${userId} is nobody on Matrix`);
    const body = { is_direct: true, invite: [userId], preset: 'private_chat' };
    const { room_id: room } = await api.post({ path: ['createRoom'], body, schema: roomAnswer });
    rooms.enter(room);
    await note(userId, room);
    return room;
  }

  /** One after the other, for each writes all of the list. */
  function note(userId: string, room: string): Promise<void> {
    rooms.noteDirect(userId, room);
    const noted = noting.then(() => write(userId, room));
    noting = noted.catch(() => undefined);
    return noted;
  }

  async function write(userId: string, room: string): Promise<void> {
    const path = ['user', await account.id(), 'account_data', 'm.direct'];
    const direct = await api.get({ path, schema: directContent }).catch((error: unknown) => {
      if (error instanceof MatrixRefusal && error.status === 404) return {};
      throw error;
    });
    const all: Readonly<Record<string, readonly string[]>> = direct;
    const theirs = all[userId] ?? [];
    if (theirs.includes(room)) return;
    await api.put({ path, body: { ...all, [userId]: [...theirs, room] }, schema: anyAnswer });
  }

  return { roomFor: find, note };
}
