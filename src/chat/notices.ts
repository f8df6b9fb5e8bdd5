import type { Kysely } from 'kysely';
import type { Origin } from '../core/actor.js';
import type { Button, ChatAdapter } from '../core/chat.js';
import { ChatHangs } from '../core/chat-in-time.js';
import type { Clock } from '../core/clock.js';
import { findChannel } from '../core/find-channel.js';
import { inLanes } from '../core/lanes.js';
import type { Log } from '../core/log.js';
import type { Notice } from '../core/notice.js';
import type { Redactor } from '../core/redact.js';
import type { Changes } from '../deployments/changes.js';
import { type Runner, startRunner } from '../deployments/runner.js';
import {
  askingNotices,
  markPosted,
  markSettled,
  type QueuedNotice,
  unpostedNotices,
  withNotices,
} from '../store/notices.js';
import type { Database } from '../store/tables.js';
import { callButtons, returnSoonButtons } from './buttons/buttons.js';
import { createPrivateNotices, type PrivateNotice } from './private-notices.js';
import { isAsking } from './render/settled.js';
import { outcomeOf, type SettleDeps } from './settle.js';

/** What telling notices takes. */
export interface NoticesDeps {
  readonly db: Kysely<Database>;
  readonly changes: Changes;
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  /** A notice in words, for a platform. */
  readonly words: (notice: Notice, platform: string) => string;
  /** Finds out what came of what a notice asks for; without it, notices have no buttons. */
  readonly settling?: SettleDeps;
  /** How long other notices wait for a private one, in milliseconds; two seconds unless given. */
  readonly patienceMs?: number;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
}

interface Telling extends NoticesDeps {
  readonly tellPrivately: (told: PrivateNotice) => Promise<void>;
}

// What is not about one deployment changes by this number, and notices are told all together.
const all = 0;

/**
 * Posts the notices that the tables hold, in their order. Each is kept together with what it tells of, so a crash loses
 * none; and its key makes the platform take it once. Where it has buttons, they give way to what came of them.
 */
export function startNotices(deps: NoticesDeps): Runner {
  const asking = { some: true };
  const telling = { ...deps, tellPrivately: createPrivateNotices(deps) };
  return startRunner({
    ...deps,
    name: 'notices',
    isConcerned: (changed) => changed === all || asking.some,
    open: async () => [all],
    work: async () => {
      asking.some = await tellAll(telling);
    },
  });
}

/**
 * Tells what is to be told. One server at a time, so that two never tell the same in a different order.
 * @returns whether a notice is left that may be settled by what happens next
 */
async function tellAll(deps: Telling): Promise<boolean> {
  let left = 0;
  await withNotices(deps.db, async () => {
    await inLanes(await unpostedNotices(deps.db), channelOf, (queued) => tell(deps, queued));
    await inLanes(await askingNotices(deps.db), channelOf, async (queued) => {
      const settled = await settle(deps, queued);
      if (settled !== 'settled') left += 1;
      return settled !== 'hangs';
    });
  });
  return left > 0;
}

const channelOf = ({ origin }: QueuedNotice) =>
  'named' in origin ? ` ${origin.named}` : `${origin.platform} ${origin.channel}`;

/** @returns whether the next one of its channel may follow: it does unless the chat hangs */
async function tell(deps: Telling, { id, origin, notice }: QueuedNotice): Promise<boolean> {
  try {
    const place = await placeOf(deps, origin);
    if (place === undefined) return true;
    const { adapter, at } = place;
    const { tellPrivately } = deps;
    if (notice.kind === 'accounts') {
      await tellPrivately({ id, key: keyOf(id), notice, adapter, at });
      return true;
    }
    const canSettle = deps.settling !== undefined && adapter.capabilities.buttons === true;
    const buttons = canSettle ? buttonsOf(notice) : [];
    const text = deps.redactor.text(deps.words(notice, at.platform));
    await adapter.post(at, { key: keyOf(id), text, ...(buttons.length === 0 ? {} : { buttons }) });
    await markPosted(deps.db, id, { at: deps.clock.now(), isSettled: buttons.length === 0 });
    return true;
  } catch (error) {
    deps.log.warn({ err: error, notice: id }, 'a notice could not be told; it is tried again');
    return !(error instanceof ChatHangs);
  }
}

/** Puts what came of a notice in place of its buttons. */
async function settle(
  deps: NoticesDeps,
  { id, origin, notice }: QueuedNotice,
): Promise<'settled' | 'open' | 'hangs'> {
  if (deps.settling === undefined || !isAsking(notice)) return 'open';
  try {
    const outcome = await outcomeOf(deps.settling, notice);
    const place = outcome === undefined ? undefined : await placeOf(deps, origin);
    if (place === undefined) return 'open';
    const { adapter, at } = place;
    const text = deps.redactor.text(`${deps.words(notice, at.platform)}\n${outcome}`);
    await adapter.post(at, { key: keyOf(id), text });
    await markSettled(deps.db, id, deps.clock.now());
    return 'settled';
  } catch (error) {
    deps.log.warn({ err: error, notice: id }, 'a notice could not be settled; it is tried again');
    return error instanceof ChatHangs ? 'hangs' : 'open';
  }
}

interface Place {
  readonly adapter: ChatAdapter;
  readonly at: Origin;
}

/** Where a notice is told; undefined when no chat has the channel. */
async function placeOf(
  { adapters }: NoticesDeps,
  origin: QueuedNotice['origin'],
): Promise<Place | undefined> {
  const at = 'named' in origin ? await findChannel(adapters, origin.named) : origin;
  const adapter = at && adapters.get(at.platform);
  return at && adapter && { adapter, at };
}

// The same key is the same message: posted again, it changes the first.
function keyOf(id: number): string {
  return `notice:${id}`;
}

function buttonsOf(notice: Notice): readonly Button[] {
  if (!isAsking(notice)) return [];
  const until = new Date(notice.until);
  if (notice.kind === 'call') return callButtons(notice.deployment, until);
  return returnSoonButtons(notice.pack, until);
}
