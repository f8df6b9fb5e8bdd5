import { directContent, type RoomEvent, type Sync, textIn } from './events.js';

/** What is known of the rooms that the bot is in, as the homeserver tells of it. */
export interface Rooms {
  /** Learns what is new. @returns the rooms that were found encrypted just now, and those that the bot was taken out of */
  learn(sync: Sync): { readonly encrypted: readonly string[]; readonly left: readonly string[] };
  /** Whether anything was learnt yet. */
  areKnown(): boolean;
  /** The bot has just come into a room. */
  enter(room: string): void;
  has(room: string): boolean;
  /** Whether a room is encrypted; undefined for one of which nothing is known yet. */
  isEncrypted(room: string): boolean | undefined;
  /** Whether a room is meant for the bot and one person. */
  isDirect(room: string): boolean;
  /** The rooms that are meant for the bot and this person. */
  directWith(userId: string): readonly string[];
  /** A room is from now on meant for the bot and this person; the homeserver tells of it later. */
  noteDirect(userId: string, room: string): void;
  /** The main aliases of the rooms that have one, such as `#ops:example.com`, by their ids. */
  aliases(): ReadonlyMap<string, string>;
}

interface Room {
  isEncrypted: boolean | undefined;
  alias: string | undefined;
}

/** Begins to know rooms. */
export function createRooms(): Rooms {
  const rooms = new Map<string, Room>();
  let direct: Readonly<Record<string, readonly string[]>> = {};
  let areKnown = false;
  const isDirect = (id: string) => Object.values(direct).some((ids) => ids.includes(id));

  /** @returns whether the room turned out to be encrypted */
  function learnRoom(id: string, events: readonly RoomEvent[]): boolean {
    const room = rooms.get(id) ?? { isEncrypted: false, alias: undefined };
    const before = room.isEncrypted;
    rooms.set(id, room);
    // What was learnt of all of its state is known: none of it says that it is encrypted.
    room.isEncrypted ??= false;
    for (const { type, state_key: key, content } of events) {
      if (type === 'm.room.encrypted' || (type === 'm.room.encryption' && key === ''))
        room.isEncrypted = true;
      if (type === 'm.room.canonical_alias' && key === '') room.alias = textIn(content, 'alias');
    }
    return before !== true && room.isEncrypted;
  }

  return {
    learn(sync) {
      areKnown = true;
      for (const { type, content } of sync.account_data.events)
        if (type === 'm.direct') direct = directContent.catch({}).parse(content);
      const encrypted = Object.entries(sync.rooms.join).flatMap(([id, { state, timeline }]) =>
        learnRoom(id, [...state.events, ...timeline.events]) ? [id] : [],
      );
      const left = Object.keys(sync.rooms.leave).filter((id) => rooms.delete(id));
      return { encrypted, left };
    },
    areKnown: () => areKnown,
    enter(id) {
      if (!rooms.has(id)) rooms.set(id, { isEncrypted: undefined, alias: undefined });
    },
    has: (id) => rooms.has(id),
    isEncrypted: (id) => rooms.get(id)?.isEncrypted,
    isDirect,
    directWith: (userId) => direct[userId] ?? [],
    noteDirect(userId, room) {
      const theirs = direct[userId] ?? [];
      if (!theirs.includes(room)) direct = { ...direct, [userId]: [...theirs, room] };
    },
    aliases: () =>
      new Map([...rooms].flatMap(([id, { alias }]) => (alias === undefined ? [] : [[id, alias] as const]))),
  };
}
