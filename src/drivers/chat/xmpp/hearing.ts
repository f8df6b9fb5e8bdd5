import { randomUUID } from 'node:crypto';
import type { Element } from '@xmpp/client';
import type { OutsideChatParts } from '../../../core/outside-chat.js';
import { type Archive, type Archived, openArchive } from './archive.js';
import { catchUp, longestAwayMs } from './catch-up.js';
import type { Delivery } from './delivery.js';
import type { Feed } from './feed.js';
import { bareOf, withResource } from './jid.js';
import type { Memory } from './memory.js';
import { ns } from './ns.js';
import { type Context, type Heard, heardAlone, heardIn } from './read.js';
import type { Room } from './room.js';
import type { XmppSettings } from './settings.js';
import type { Stream } from './stream.js';

/** What listening over a stream takes. */
export interface HearingDeps {
  readonly settings: XmppSettings;
  readonly parts: OutsideChatParts;
  readonly memory: Memory;
  /** The feed of a place: of a room, or of our own address. */
  readonly feedOf: (place: string) => Feed;
  readonly stream: Stream;
  readonly delivery: Delivery;
  readonly rooms: ReadonlyMap<string, Room>;
  /** Whether our server keeps what is said to us alone. */
  readonly hasOwnArchive: boolean;
}

/** Listens to what is said, now and while we were away. */
export interface Hearing {
  /** Makes ready for a room. @returns what to ask of it of what was said before, as attributes of `history` */
  prepare(room: Room): Promise<Readonly<Record<string, string>>>;
  /** We are in a room: what was said before is read. */
  enter(room: Room): Promise<void>;
  /** Reads what was said to us alone. */
  readOwn(): Promise<void>;
  take(message: Element): void;
  /** Whether it is known what was said in a room before. */
  isReady(room: string): boolean;
}

/** Clocks differ; what is told twice is known by its id. */
const slackMs = 60_000;

/** Begins to listen. */
export function createHearing(deps: HearingDeps): Hearing {
  const { parts, memory, feedOf, rooms, delivery, stream } = deps;
  const { clock, log } = parts;
  const context = contextOf(deps);
  const { self } = context;
  const ready = new Set<string>();
  let isOver = false;
  void stream.lost.then(() => {
    isOver = true;
  });
  const places = [self, ...deps.settings.join.map(bareOf)];
  const archives = new Map(places.map((of) => [of, openArchive(of, stream.ask)]));
  const readAgain = (feed: Feed, archive: Archive, read: (kept: Archived) => Heard) =>
    catchUp({ feed, archive, clock, log, read, onHeard: memory.onHeard, isOver: () => isOver });

  const take = (place: string, heard: Heard) => {
    memory.onHeard(heard);
    feedOf(place).take(heard);
  };

  return {
    async prepare(room) {
      ready.delete(room.jid);
      const feed = feedOf(room.jid);
      feed.hold();
      const mark = room.has(ns.archive) ? undefined : await feed.mark();
      if (mark === undefined) return { maxstanzas: '0' };
      const since = Math.max(Date.parse(mark.at) - slackMs, clock.now().getTime() - longestAwayMs);
      return { since: new Date(since).toISOString() };
    },
    async enter(room) {
      const feed = feedOf(room.jid);
      const archive = archives.get(room.jid);
      if (room.has(ns.archive) && archive !== undefined)
        await readAgain(feed, archive, (kept) => heardIn(room, kept.message, context, kept));
      else
        await feed.release((await feed.mark()) === undefined ? { at: clock.now().toISOString() } : undefined);
      ready.add(room.jid);
    },
    async readOwn() {
      const archive = archives.get(self);
      if (!deps.hasOwnArchive || archive === undefined) return await feedOf(self).release();
      await readAgain(feedOf(self), archive, (kept) => alone(deps, context, kept.message, kept));
    },
    take(message) {
      const from = message.attrs.from ?? self;
      if (message.getChild('result', ns.archive) !== undefined)
        return void archives.get(bareOf(from))?.take(message);
      if (message.attrs.type === 'error') return delivery.take(message);
      const room = rooms.get(bareOf(from));
      if (message.attrs.type !== 'groupchat') return take(self, alone(deps, context, message));
      if (room === undefined) return;
      if (from === withResource(room.jid, room.nick() ?? '')) delivery.take(message);
      take(room.jid, heardIn(room, message, context));
    },
    isReady: (room) => ready.has(room),
  };
}

function contextOf({ settings, parts }: HearingDeps): Context {
  const session = randomUUID();
  let count = 0;
  return {
    self: bareOf(settings.jid),
    nick: settings.nick,
    trustNicknames: settings.trustNicknames,
    now: () => parts.clock.now(),
    freshId: () => {
      count += 1;
      return `${session}/${count}`;
    },
  };
}

function alone(deps: HearingDeps, context: Context, message: Element, kept?: Archived): Heard {
  const room = deps.rooms.get(bareOf(message.attrs.from ?? ''));
  return heardAlone(message, context, {
    hasArchive: deps.hasOwnArchive,
    ...(room === undefined ? {} : { room }),
    ...(kept === undefined ? {} : { kept }),
  });
}
