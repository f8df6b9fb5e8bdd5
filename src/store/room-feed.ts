import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { Actor } from '../core/actor.js';
import { sameActor } from '../core/actor.js';
import type { Clock } from '../core/clock.js';
import type { RoomListener, Whisper } from '../core/room.js';
import { listenTo } from './listener.js';
import type { StoreLog } from './log.js';
import type { WebDatabase } from './web-tables.js';

const channel = 'packtrain_rooms';
const rememberMs = 15 * 60_000;
const rememberAtMost = 200;
/** PostgreSQL takes notices of up to 8000 bytes. */
const longestNotice = 7_500;

/** What one server tells the others. */
type Notice = { readonly from: string; readonly room: string } & (
  | { readonly kind: 'changed'; readonly isLine: boolean }
  | { readonly kind: 'whisper'; readonly whisper: Omit<Whisper, 'at'> }
);

/** Tells every server's listeners what happens in the rooms. */
export interface RoomFeed {
  /** Tells other servers, in the transaction that changed the room. */
  tellOthers(db: Transaction<WebDatabase>, room: string, isLine: boolean): Promise<void>;
  /** Tells this server, once the change is committed. */
  tellOurs(room: string, isLine: boolean): void;
  whisper(db: Kysely<WebDatabase>, whisper: Whisper): Promise<void>;
  whispers(room: string, to: Actor): readonly Whisper[];
  listen(room: string, listener: RoomListener): () => void;
  onLine(callback: () => void): () => void;
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** What a feed needs. */
export interface RoomFeedOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: StoreLog;
}

/** Makes the feed; it listens until it is closed. */
export function createRoomFeed({ pool, clock, log }: RoomFeedOptions): RoomFeed {
  const self = randomUUID();
  const listeners = new Map<string, Set<RoomListener>>();
  const lineCallbacks = new Set<() => void>();
  let remembered: Whisper[] = [];
  const listener = listenTo({ pool, channels: [channel], onNotice: heard, onListening: wakeAll, log });

  function tellOurs(room: string, isLine: boolean): void {
    for (const one of listeners.get(room) ?? []) one.onChange();
    if (isLine) for (const callback of lineCallbacks) callback();
  }

  function wakeAll(): void {
    for (const room of listeners.keys()) tellOurs(room, false);
    for (const callback of lineCallbacks) callback();
  }

  function heard(_channel: string, payload: string): void {
    const notice = JSON.parse(payload) as Notice;
    if (notice.from === self) return;
    if (notice.kind === 'changed') tellOurs(notice.room, notice.isLine);
    else deliver({ ...notice.whisper, at: clock.now() });
  }

  function deliver(whisper: Whisper): void {
    if (remembered.some((one) => one.key === whisper.key)) return;
    const oldest = clock.now().getTime() - rememberMs;
    remembered = [...remembered.filter((one) => one.at.getTime() > oldest), whisper].slice(-rememberAtMost);
    for (const one of listeners.get(whisper.room) ?? []) one.onWhisper?.(whisper);
  }

  async function notify(db: Kysely<WebDatabase>, notice: Notice): Promise<void> {
    await sql`select pg_notify(${channel}, ${JSON.stringify(notice)})`.execute(db);
  }

  async function whisper(db: Kysely<WebDatabase>, said: Whisper): Promise<void> {
    deliver(said);
    const { at: _, ...rest } = said;
    const text = shortened(rest.text);
    await notify(db, { from: self, room: said.room, kind: 'whisper', whisper: { ...rest, text } });
  }

  return {
    tellOurs,
    tellOthers: (db, room, isLine) => notify(db, { from: self, room, kind: 'changed', isLine }),
    whisper,
    whispers: (room, to) => remembered.filter((one) => one.room === room && sameActor(one.to, to)),
    listen(room, one) {
      const inRoom = listeners.get(room) ?? new Set();
      listeners.set(room, inRoom.add(one));
      return () => {
        inRoom.delete(one);
      };
    },
    onLine(callback) {
      lineCallbacks.add(callback);
      return () => lineCallbacks.delete(callback);
    },
    ready: listener.ready,
    close: () => listener.close(),
  };
}

function shortened(text: string): string {
  // JSON may write one character in six bytes, and the rest of the notice needs room too.
  return JSON.stringify(text).length < longestNotice / 2 ? text : `${text.slice(0, longestNotice / 8)}…`;
}
