import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import { packtrainItself } from '../core/actor.js';
import type { Clock } from '../core/clock.js';
import { refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import { ok, refused } from '../core/result.js';
import type { BotEdit, BotPost, NextLine, RoomMessage, Rooms, SpokenLine, TakenLine } from '../core/room.js';
import type { StoreLog } from './log.js';
import { createRoomFeed, type RoomFeed } from './room-feed.js';
import { plainText, progressJson, toMessage } from './room-rows.js';
import type { RoomMessagesTable, WebDatabase } from './web-tables.js';

/** What the rooms need. */
export interface RoomsOptions {
  readonly db: Kysely<WebDatabase>;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly log: StoreLog;
  /** The names of the rooms, asked for each time since the config may change. */
  readonly names: () => readonly string[];
}

/** The rooms, with the connection that listens for what other servers say in them. */
export interface RoomStore extends Rooms {
  /** Settles once it listens. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

type Row = Selectable<RoomMessagesTable>;
type Trx = Transaction<WebDatabase>;
/** What both people and the bot bring to a new message. */
type Draft = Pick<RoomMessagesTable, 'key' | 'room' | 'platform' | 'text' | 'from_bot'> &
  Pick<RoomMessagesTable, 'author_platform' | 'author_id' | 'author_name' | 'deployment' | 'reply_to'> & {
    readonly progress: string | null;
  };

/** Opens the rooms kept in the database. */
export function createRooms(options: RoomsOptions): RoomStore {
  const feed = createRoomFeed(options);
  const kept = new KeptRooms(options, feed);
  return {
    names: options.names,
    say: (line) => kept.say(line),
    post: (post) => kept.post(post),
    edit: (id, edit) => kept.edit(id, edit),
    whisper: (said) => feed.whisper(options.db, { ...said, text: clean(options, said.text) }),
    whispers: feed.whispers,
    latest: (room, limit, before) => latest(options.db, { room, limit, before }),
    lastSeq: (room) => lastSeq(options.db, room),
    since: (room, seq, limit) => since(options.db, { room, seq, limit }),
    listen: feed.listen,
    onLine: feed.onLine,
    takeLine: (next) => takeLine(options, next),
    renewLine: (id, holder) => renewLine(options, id, holder),
    finishLine: (id) => kept.finishLine(id),
    giveBack: (server) => giveBack(options.db, server),
    ready: feed.ready,
    close: feed.close,
  };
}

/** Writes to the rooms; whatever is written is redacted first. */
class KeptRooms {
  readonly #options: RoomsOptions;
  readonly #feed: RoomFeed;

  constructor(options: RoomsOptions, feed: RoomFeed) {
    this.#options = options;
    this.#feed = feed;
  }

  async say(line: SpokenLine) {
    const known = this.#options.names();
    if (!known.includes(line.room))
      return refused(refuse('unknown-room', { room: line.room, known: [...known] }));
    const author = this.#options.redactor.json(line.author);
    const row = await this.#keep({
      key: `say:${JSON.stringify([line.platform, author.platform, author.userId, line.key])}`,
      room: line.room,
      platform: line.platform,
      text: clean(this.#options, withoutLinkToken(line.text)),
      from_bot: false,
      author_platform: author.platform,
      author_id: author.userId,
      author_name: plainText(author.name),
      progress: null,
      deployment: null,
      reply_to: null,
    });
    return ok(toMessage(row.row));
  }

  async post(post: BotPost): Promise<RoomMessage> {
    const kept = await this.#keep({
      key: `bot:${post.key}`,
      room: post.room,
      platform: post.platform,
      text: clean(this.#options, post.text),
      from_bot: true,
      author_platform: packtrainItself.platform,
      author_id: packtrainItself.userId,
      author_name: packtrainItself.name,
      progress: progressJson(post.progress),
      deployment: post.deployment ?? null,
      reply_to: post.replyTo ?? null,
    });
    const message = toMessage(kept.row);
    // Whoever posts again after a crash may know more than whoever posted first.
    return kept.isNew ? message : ((await this.edit(message.id, post)) ?? message);
  }

  async edit(id: number, edit: BotEdit): Promise<RoomMessage | undefined> {
    const row = await this.#options.db.transaction().execute(async (trx) => {
      const before = await oneMessage(trx, id);
      if (before === undefined || !before.from_bot) return undefined;
      const text = clean(this.#options, edit.text);
      const progress = progressJson(edit.progress);
      const deployment = edit.deployment ?? null;
      if (shows(before, { text, progress, deployment })) return before;
      const seq = await this.#nextSeq(trx, before.room, false);
      const change = { text, progress, deployment, seq, edited_at: this.#options.clock.now() };
      return changed(trx, id, change);
    });
    if (row !== undefined) this.#feed.tellOurs(row.room, false);
    return row === undefined ? undefined : toMessage(row);
  }

  async finishLine(id: number): Promise<void> {
    const room = await this.#options.db.transaction().execute(async (trx) => {
      const before = await oneMessage(trx, id);
      if (before === undefined || before.handled_at !== null) return undefined;
      const seq = await this.#nextSeq(trx, before.room, true);
      await changed(trx, id, { seq, handled_at: this.#options.clock.now() });
      return before.room;
    });
    if (room !== undefined) this.#feed.tellOurs(room, true);
  }

  async #keep(draft: Draft): Promise<{ row: Row; isNew: boolean }> {
    const kept = await this.#options.db.transaction().execute(async (trx) => {
      const seq = await this.#nextSeq(trx, draft.room, !draft.from_bot);
      const now = this.#options.clock.now();
      const row = await trx
        .insertInto('room_messages')
        .values({ ...draft, seq, first_seq: seq, posted_at: now, handled_at: draft.from_bot ? now : null })
        .onConflict((c) => c.column('key').doNothing())
        .returningAll()
        .executeTakeFirst();
      return row === undefined
        ? { row: await messageWithKey(trx, draft.key), isNew: false }
        : { row, isNew: true };
    });
    this.#feed.tellOurs(draft.room, !draft.from_bot);
    return kept;
  }

  /** Locks the room until the transaction ends, so that nobody sees a higher seq before this one. */
  async #nextSeq(trx: Trx, room: string, isLine: boolean): Promise<number> {
    const { seq } = await trx
      .insertInto('rooms')
      .values({ name: room, seq: 1 })
      .onConflict((c) => c.column('name').doUpdateSet({ seq: sql`rooms.seq + 1` }))
      .returning('seq')
      .executeTakeFirstOrThrow();
    await this.#feed.tellOthers(trx, room, isLine);
    return seq;
  }
}

/** A sign-in link that somebody pastes would let the first who reads it in as them. */
function withoutLinkToken(text: string): string {
  return text.replace(/(\/login\?token=)[\w-]+/g, '$1•••');
}

function clean(options: RoomsOptions, text: string): string {
  return options.redactor.text(plainText(text));
}

function shows(
  row: Row,
  edit: { text: string; progress: string | null; deployment: number | null },
): boolean {
  const progress = row.progress === null ? null : progressJson(toMessage(row).progress);
  return row.text === edit.text && progress === edit.progress && row.deployment === edit.deployment;
}

async function oneMessage(trx: Trx, id: number): Promise<Row | undefined> {
  return trx.selectFrom('room_messages').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

async function messageWithKey(trx: Trx, key: string): Promise<Row> {
  return trx.selectFrom('room_messages').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
}

async function changed(
  trx: Trx,
  id: number,
  change: Partial<Pick<Row, 'text' | 'seq' | 'edited_at' | 'handled_at' | 'deployment'>> & {
    progress?: string | null;
  },
): Promise<Row> {
  return trx
    .updateTable('room_messages')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function latest(
  db: Kysely<WebDatabase>,
  { room, limit, before }: { room: string; limit: number; before: number | undefined },
): Promise<RoomMessage[]> {
  const rows = await db
    .selectFrom('room_messages')
    .selectAll()
    .where('room', '=', room)
    .where('id', '<', before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse().map(toMessage);
}

async function lastSeq(db: Kysely<WebDatabase>, room: string): Promise<number> {
  const row = await db.selectFrom('rooms').select('seq').where('name', '=', room).executeTakeFirst();
  return row?.seq ?? 0;
}

async function since(
  db: Kysely<WebDatabase>,
  { room, seq, limit }: { room: string; seq: number; limit: number },
): Promise<RoomMessage[]> {
  const rows = await db
    .selectFrom('room_messages')
    .selectAll()
    .where('room', '=', room)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(toMessage);
}

async function takeLine({ db, clock }: RoomsOptions, next: NextLine): Promise<TakenLine | undefined> {
  const now = clock.now();
  const justTaken = new Date(now.getTime() + next.leaseMs - next.patienceMs);
  const row = await db
    .updateTable('room_messages')
    .set({
      taken_by: next.server,
      taken_until: new Date(now.getTime() + next.leaseMs),
      attempts: sql`attempts + 1`,
    })
    .where('id', '=', (from) =>
      from
        .selectFrom('room_messages as m')
        .select('m.id')
        .where('m.handled_at', 'is', null)
        .where('m.platform', 'in', [...next.platforms])
        .where((e) => e.or([e('m.taken_until', 'is', null), e('m.taken_until', '<', now)]))
        // A room's second line waits until its first is done with, or takes long.
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('room_messages as earlier')
                .select('earlier.id')
                .whereRef('earlier.room', '=', 'm.room')
                .where('earlier.handled_at', 'is', null)
                .where('earlier.platform', 'in', [...next.platforms])
                .where((o) =>
                  o.or([
                    o('earlier.taken_until', 'is', null),
                    o('earlier.taken_until', '<', now),
                    o('earlier.taken_until', '>', justTaken),
                  ]),
                )
                .whereRef('earlier.id', '<', 'm.id'),
            ),
          ),
        )
        .orderBy('m.id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : { message: toMessage(row), attempt: row.attempts };
}

async function renewLine(
  { db, clock }: RoomsOptions,
  id: number,
  holder: { readonly server: string; readonly leaseMs: number },
): Promise<void> {
  await db
    .updateTable('room_messages')
    .set({ taken_until: new Date(clock.now().getTime() + holder.leaseMs) })
    .where('id', '=', id)
    .where('taken_by', '=', holder.server)
    .where('handled_at', 'is', null)
    .execute();
}

async function giveBack(db: Kysely<WebDatabase>, server: string): Promise<void> {
  await db
    .updateTable('room_messages')
    .set({ taken_until: null })
    .where('taken_by', '=', server)
    .where('handled_at', 'is', null)
    .execute();
}
