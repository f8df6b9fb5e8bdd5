import type { Log } from '../../../core/log.js';
import type { Api } from './api.js';
import { MatrixRefusal } from './errors.js';
import { type JoinedRoom, messagesAnswer, type RoomEvent, textIn } from './events.js';
import { platform } from './settings.js';

/** The kinds of events that are looked at. */
const types = [
  'm.room.message',
  'm.room.encrypted',
  'm.room.encryption',
  'm.room.canonical_alias',
  'm.room.member',
];

/** What the homeserver is asked for. @param limit how many events of a room at once */
export function filterFor(limit: number): string {
  const none = { not_types: ['*'] };
  return JSON.stringify({
    presence: none,
    account_data: { types: ['m.direct'] },
    room: {
      account_data: none,
      ephemeral: none,
      state: { types: ['m.room.encryption', 'm.room.canonical_alias'], lazy_load_members: true },
      timeline: { types, limit },
    },
  });
}

const pageSize = 100;
const mostPages = 50;

/** Which piece of a room's timeline is meant. */
export interface TimelineQuestion {
  readonly room: string;
  readonly news: JoinedRoom;
  /** Up to where all was read before. */
  readonly since: string;
  readonly ownId: string;
}

/**
 * What was said in a room since it was last read, in its order. Where the homeserver gives the end of it only, the rest is
 * asked for. Nothing of what was said before the bot came in.
 */
export async function timelineOf(
  { api, log }: { readonly api: Api; readonly log: Log },
  { room, news, since, ownId }: TimelineQuestion,
): Promise<readonly RoomEvent[]> {
  const { events, limited, prev_batch: before } = news.timeline;
  const came = lastComing(events, ownId);
  if (came >= 0 || !limited || before === undefined) return events.slice(came + 1);
  const earlier: RoomEvent[] = [];
  let from: string | undefined = before;
  for (let page = 0; from !== undefined && from !== since; page += 1) {
    if (page === mostPages) {
      log.warn(
        { platform, room, lines: earlier.length },
        'more was said than can be caught up; what is older is not read',
      );
      break;
    }
    const { chunk, end } = await pageBefore(api, { room, from, since });
    earlier.push(...chunk);
    from = end === from || lastComing(chunk, ownId) >= 0 ? undefined : end;
  }
  const all = [...earlier.reverse(), ...events];
  return all.slice(lastComing(all, ownId) + 1);
}

interface PageQuestion {
  readonly room: string;
  readonly from: string;
  readonly since: string;
}

async function pageBefore(api: Api, { room, from, since }: PageQuestion) {
  const query = { dir: 'b', from, to: since, limit: String(pageSize), filter: JSON.stringify({ types }) };
  try {
    return await api.get({ path: ['rooms', room, 'messages'], query, schema: messagesAnswer });
  } catch (error) {
    // The bot was taken out of the room meanwhile.
    if (error instanceof MatrixRefusal && (error.status === 403 || error.status === 404))
      return { chunk: [] };
    throw error;
  }
}

/** Where the bot came into the room last; -1 when it was there all the time. A new picture is no coming. */
function lastComing(events: readonly RoomEvent[], ownId: string): number {
  return events.findLastIndex(
    ({ type, state_key: key, content, unsigned }) =>
      type === 'm.room.member' &&
      key === ownId &&
      content.membership === 'join' &&
      textIn(unsigned?.prev_content ?? {}, 'membership') !== 'join',
  );
}
