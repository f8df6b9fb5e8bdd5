import type { IncomingMessage } from '../../../core/chat.js';
import { errorMessage } from '../../../core/error-message.js';
import { parseJson } from '../../../core/json.js';
import type { OutsideChatParts } from '../../../core/outside-chat.js';
import { within } from '../../../core/within.js';
import type { MattermostApi } from './api.js';
import type { Channels } from './channels.js';
import { missed } from './history.js';
import type { People } from './people.js';
import { createProgress } from './progress.js';
import { isWritten, type LineContext, lineOf, type Me, platform } from './read.js';
import { namesIn } from './text.js';
import { type Frame, type Post, postedSchema, postSchema } from './wire.js';

/** What lines are heard with. */
export interface EarParts extends Pick<OutsideChatParts, 'clock' | 'log' | 'state'> {
  readonly api: MattermostApi;
  readonly channels: Channels;
  readonly people: People;
  /** The bot's own account. */
  readonly me: () => Me;
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
  /** Something was not taken: a new connection has to begin with what was missed. */
  readonly onTrouble: () => void;
  /** Asks anew what the server tells of itself. */
  readonly refresh: () => Promise<void>;
  /** From when on lines are read where none was read before, in milliseconds since the epoch. */
  readonly since: number;
}

/** Hands lines over in the order in which they were written, and remembers up to where they were taken. */
export interface Ear {
  /** Takes an event of the websocket. */
  take(event: Frame): void;
  /** Reads what was written since the last line that was taken; what comes meanwhile is handed over after it. */
  catchUp(): void;
  /** Ends; what is under way is waited for, for a moment. */
  stop(): Promise<void>;
}

/** Servers with several nodes don't agree to the millisecond on what is new. Lines that come twice are known by their ids. */
const overlapMs = 60_000;
/** What is older nobody waits for any more. */
const longestMs = 86_400_000;
const graceMs = 1_000;
const key = 'seen';

/** How many of the lines that were handed over are known, not to be handed over again for nothing. */
const mostKnown = 5_000;

/** Begins to hear. */
export function createEar(parts: EarParts): Ear {
  const { api, channels, people, me, onMessage, log, state, clock } = parts;
  const progress = createProgress((at) => state.set(key, String(at)));
  const known = new Set<string>();
  let turn: Promise<void> = Promise.resolve();
  let isOpen = true;

  function fail(error: unknown): void {
    if (!isOpen) return;
    progress.doubt();
    log.warn({ platform, reason: errorMessage(error) }, 'a line could not be taken; reading again');
    parts.onTrouble();
  }

  function inTurn(work: () => Promise<void>): void {
    turn = turn.then(() => (isOpen ? work() : undefined)).catch(fail);
  }

  /** Hands a line over. The next one need not wait until it was taken. */
  async function handOver(post: Post, how: Pick<LineContext, 'name' | 'isDirect'>): Promise<void> {
    if (!isWritten(post) || known.has(post.id)) return progress.follow(post.create_at, Promise.resolve(true));
    const mentioned = namesIn(post.message).filter((name) => name !== me().username);
    const line = lineOf(post, { ...how, me: me(), ids: await people.idsOf(mentioned) });
    remember(post.id);
    const isTaken = onMessage(line).then(
      () => true,
      (error: unknown) => {
        known.delete(post.id);
        fail(error);
        return false;
      },
    );
    progress.follow(post.create_at, isTaken);
  }

  function remember(id: string): void {
    const [oldest] = known;
    if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest);
    known.add(id);
  }

  async function posted({ data }: Frame): Promise<void> {
    const { post: text, channel_type: type, sender_name: sender } = postedSchema.parse(data);
    const post = postSchema.parse(parseJson(text));
    const name = sender.replace(/^@/, '');
    await handOver(post, { name, isDirect: type === 'D' });
  }

  async function readOn(): Promise<void> {
    await parts.refresh();
    const seen = await state.get(key);
    const since = seen === undefined ? parts.since : Number(seen);
    const overlap = seen === undefined ? 0 : overlapMs;
    const from = Math.max(since - overlap, clock.now().getTime() - longestMs);
    const { posts, direct } = await missed({ api, channels }, from);
    const names = await people.namesOf(posts.filter(isWritten).map((post) => post.user_id));
    progress.begin(since);
    for (const post of posts) {
      const name = names.get(post.user_id) ?? post.user_id;
      await handOver(post, { name, isDirect: direct.has(post.channel_id) });
    }
  }

  return {
    take(event) {
      if (event.event === 'posted') inTurn(() => posted(event));
    },
    catchUp() {
      progress.doubt();
      inTurn(readOn);
    },
    async stop() {
      isOpen = false;
      await within(
        graceMs,
        turn.then(() => progress.settled()),
      );
    },
  };
}
