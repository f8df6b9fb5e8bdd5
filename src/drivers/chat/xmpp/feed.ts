import type { IncomingMessage } from '../../../core/chat.js';
import type { ChatState } from '../../../core/chat-state.js';
import type { Log } from '../../../core/log.js';
import type { Mark } from './archive.js';
import type { Heard } from './read.js';

/** The lines of one place, in their order, with how far they were kept. */
export interface Feed {
  /** How far we had come; undefined where we never were. */
  mark(): Promise<Mark | undefined>;
  /** Hands a message over, or holds it back while what was before it is still being read. */
  take(heard: Heard): void;
  /** What was said before, in its order. */
  catchUp(heard: Heard): void;
  /** From now on, what comes waits. */
  hold(): void;
  /** Goes on, with what waited; settles once that is kept. @param from where to go on the next time, if nothing was ever read */
  release(from?: Mark): Promise<void>;
}

/** What a feed is made with. */
export interface FeedDeps {
  /** The address of the place. */
  readonly of: string;
  readonly state: ChatState;
  readonly log: Log;
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
}

/** Makes the feed of a place. Nothing is marked as read before it was kept. */
export function createFeed({ of, state, log, onMessage }: FeedDeps): Feed {
  const key = `read:${of}`;
  const held: Heard[] = [];
  let handed = new Set<string>();
  let isHolding = false;
  let turn = Promise.resolve();
  let last = 0;
  let reached: Mark | undefined;
  let isBroken = false;

  function hand({ line, mark }: Heard): void {
    last += 1;
    const mine = last;
    const kept = line === undefined ? Promise.resolve() : onMessage(line);
    kept.catch(() => undefined);
    turn = turn.then(async () => {
      try {
        await kept;
        reached = mark ?? reached;
        // A later one marks what lies before it, too; after one that was lost, nothing is marked.
        if (reached === undefined || mine !== last || isBroken) return;
        await state.set(key, JSON.stringify(reached));
        reached = undefined;
      } catch (error) {
        isBroken ||= line !== undefined;
        log.error({ err: error, platform: 'xmpp', place: of }, 'a line was not kept; it is read again');
      }
    });
  }

  return {
    async mark() {
      await turn;
      return readMark(await state.get(key));
    },
    take(heard) {
      if (isHolding) held.push(heard);
      else hand(heard);
    },
    catchUp(heard) {
      if (heard.mark?.id !== undefined) handed.add(heard.mark.id);
      hand(heard);
    },
    hold() {
      isHolding = true;
    },
    async release(from) {
      isHolding = false;
      if (from !== undefined) hand({ mark: from });
      for (const heard of held.splice(0)) if (!handed.has(heard.mark?.id ?? '')) hand(heard);
      handed = new Set();
      await turn;
    },
  };
}

function readMark(text: string | undefined): Mark | undefined {
  if (text === undefined) return undefined;
  const { id, at } = JSON.parse(text) as Partial<Mark>;
  if (typeof at !== 'string') return undefined;
  return typeof id === 'string' ? { id, at } : { at };
}
