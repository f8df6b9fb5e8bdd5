import { setTimeout as pause } from 'node:timers/promises';
import { ChatRateLimited, type IncomingMessage } from '../../../core/chat.js';
import type { ChatState } from '../../../core/chat-state.js';
import type { Clock } from '../../../core/clock.js';
import { errorMessage } from '../../../core/error-message.js';
import type { Log } from '../../../core/log.js';
import { within } from '../../../core/within.js';
import type { Connection } from '../sdk/connect.js';
import type { Api } from './api.js';
import { MatrixRefusal } from './errors.js';
import { type Sync, syncAnswer } from './events.js';
import type { OwnNames } from './heard-text.js';
import type { Joining } from './joining.js';
import { lineOf } from './read.js';
import type { Rooms } from './rooms.js';
import { platform } from './settings.js';
import { filterFor, timelineOf } from './timeline.js';

/** What reading takes. */
export interface SessionParts {
  readonly api: Api;
  readonly rooms: Rooms;
  readonly joining: Joining;
  readonly state: ChatState;
  readonly log: Log;
  readonly clock: Clock;
  readonly own: OwnNames;
  /** Told of each room that turns out to be encrypted. */
  readonly tellEncrypted: (room: string) => void;
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
}

const pollMs = 30_000;
const answerMs = 30_000;
const mostAtOnce = 100;
const closingMs = 500;
/** After which rooms that the bot is not in are tried again. */
const joinAgainMs = 10 * 60_000;

/**
 * Begins to read, from where it was left. What is read counts as read once it was handed over, so what somebody said before
 * a crash, or while nobody listened, comes after all; what was said before the very first time does not.
 * Throws when the homeserver does not let the bot in.
 */
export async function openSession(parts: SessionParts): Promise<Connection> {
  const session = new Session(parts);
  const lost = session.read(await session.begin());
  return { lost, close: () => session.close(lost) };
}

/** Reading in one go, until something goes wrong. */
class Session {
  readonly #parts: SessionParts;
  readonly #ending = new AbortController();
  readonly #key: string;
  /** Settled once all that came is handed over and noted as read; rejected when something could not be. */
  #noted: Promise<void> = Promise.resolve();
  #joinedAt = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#key = `read:${parts.own.userId}`;
  }

  /** Looks at all rooms where nothing is known of them yet, and joins. @returns from where to read on */
  async begin(): Promise<string> {
    const { state, rooms } = this.#parts;
    let since = (await state.get(this.#key)) || undefined;
    if (since === undefined || !rooms.areKnown()) {
      const all = await this.#ask(undefined, { limit: 1, waitMs: 0 });
      await this.#learn(all);
      if (since === undefined) await state.set(this.#key, all.next_batch);
      since ??= all.next_batch;
    }
    await this.#join();
    return since;
  }

  /** Reads on until it is closed, or can't. Never throws. */
  async read(since: string): Promise<void> {
    const { signal } = this.#ending;
    let from = since;
    while (!signal.aborted)
      try {
        from = await this.#readOn(from);
      } catch (error) {
        if (error instanceof ChatRateLimited)
          await pause(error.retryAfterMs, undefined, { signal, ref: false }).catch(() => undefined);
        else await this.#giveUp(error);
      }
  }

  async close(read: Promise<void>): Promise<void> {
    this.#ending.abort();
    await within(closingMs, Promise.all([read, this.#noted.catch(() => undefined)]));
  }

  #ask(since: string | undefined, how: { readonly limit: number; readonly waitMs: number }): Promise<Sync> {
    return this.#parts.api.get({
      path: ['sync'],
      query: { filter: filterFor(how.limit), since, timeout: String(how.waitMs) },
      schema: syncAnswer,
      limitMs: how.waitMs + answerMs,
      signal: this.#ending.signal,
    });
  }

  async #learn(sync: Sync): Promise<void> {
    const { rooms, joining, log, own, tellEncrypted } = this.#parts;
    const { encrypted, left } = rooms.learn(sync);
    for (const room of encrypted) tellEncrypted(room);
    for (const room of left) log.warn({ platform, room }, 'Packtrain is no longer in a room');
    await joining.answer(sync.rooms.invite, own.userId);
  }

  async #join(): Promise<void> {
    this.#joinedAt = this.#parts.clock.now().getTime();
    await this.#parts.joining.joinAll();
  }

  async #readOn(from: string): Promise<string> {
    const sync = await this.#ask(from, { limit: mostAtOnce, waitMs: pollMs });
    await this.#learn(sync);
    if (this.#parts.clock.now().getTime() >= this.#joinedAt + joinAgainMs) await this.#join();
    const lines = await this.#linesOf(sync, from);
    if (this.#ending.signal.aborted) return from;
    const { onMessage } = this.#parts;
    const kept = Promise.all(lines.map((line) => onMessage(line)));
    // A line that takes long holds up no other one; how far was read is noted in its order.
    const before = this.#noted;
    this.#noted = kept.then(() => before).then(() => this.#note(sync.next_batch, from));
    this.#noted.catch((error: unknown) => this.#end(error));
    return sync.next_batch;
  }

  async #linesOf(sync: Sync, since: string): Promise<readonly IncomingMessage[]> {
    const { rooms, own } = this.#parts;
    const lines: IncomingMessage[] = [];
    for (const [room, news] of Object.entries(sync.rooms.join)) {
      const events = await timelineOf(this.#parts, { room, news, since, ownId: own.userId });
      const context = { room, isDirect: rooms.isDirect(room), own };
      lines.push(...events.flatMap((event) => lineOf(event, context) ?? []));
    }
    return lines;
  }

  async #note(now: string, before: string): Promise<void> {
    if (now !== before) await this.#parts.state.set(this.#key, now);
  }

  async #giveUp(error: unknown): Promise<void> {
    // A homeserver that was set up anew knows nothing of where we were.
    if (error instanceof MatrixRefusal && error.status === 400)
      await this.#parts.state.set(this.#key, '').catch(() => undefined);
    this.#end(error);
  }

  #end(error: unknown): void {
    const { log } = this.#parts;
    if (!this.#ending.signal.aborted)
      log.warn({ platform, reason: errorMessage(error) }, 'reading broke off; it begins again');
    this.#ending.abort();
  }
}
