import { errorMessage } from '../../../core/error-message.js';
import { matchesName } from '../../../core/glob.js';
import type { Log } from '../../../core/log.js';
import type { Api } from './api.js';
import type { Directs } from './directs.js';
import { MatrixRefusal } from './errors.js';
import { anyAnswer, type RoomEvent, roomAnswer, type Sync } from './events.js';
import type { Rooms } from './rooms.js';
import { type MatrixSettings, platform } from './settings.js';

/** What joining takes. */
export interface JoiningParts {
  readonly settings: MatrixSettings;
  readonly api: Api;
  readonly rooms: Rooms;
  readonly directs: Directs;
  readonly log: Log;
}

/** Comes into rooms: those that the config names, and those into which it lets itself be invited. */
export interface Joining {
  /** Joins the rooms that the config names and the bot is not in. Throws when the homeserver does not answer. */
  joinAll(): Promise<void>;
  /** Answers the invitations that came. Throws when the homeserver does not answer. */
  answer(invitations: Sync['rooms']['invite'], ownId: string): Promise<void>;
}

/** A big room of another homeserver takes its time. */
const joiningMs = 120_000;

/** Makes it. */
export function createJoining({ settings, api, rooms, directs, log }: JoiningParts): Joining {
  const { join, invitedBy, channels } = settings;
  const named = new Set([...join.filter((room) => room.startsWith('!')), ...channels.values()]);
  const told = new Set<string>();

  async function enter(room: string): Promise<string> {
    const path = ['join', room];
    const { room_id: id } = await api.post({ path, body: {}, schema: roomAnswer, limitMs: joiningMs });
    rooms.enter(id);
    return id;
  }

  /** Tells of what will not change by itself; throws what may. */
  function tell(error: unknown, room: string, message: string): void {
    if (!(error instanceof MatrixRefusal)) throw error;
    tellOnce(room, { reason: errorMessage(error) }, message);
  }

  function tellOnce(room: string, fields: object, message: string): void {
    if (told.has(room)) return;
    told.add(room);
    log.warn({ platform, room, ...fields }, message);
  }

  /** Whether the config names a room, also by an alias that leads to it by now. */
  async function isNamed(room: string): Promise<boolean> {
    if (named.has(room)) return true;
    for (const alias of join.filter((one) => one.startsWith('#'))) {
      const found = await roomOf(api, alias);
      if (found !== undefined) named.add(found);
    }
    return named.has(room);
  }

  async function answerOne(room: string, events: readonly RoomEvent[], ownId: string): Promise<void> {
    const invitation = events.find((one) => one.type === 'm.room.member' && one.state_key === ownId);
    const by = invitation?.sender ?? '';
    if (events.some(({ type }) => type === 'm.room.encryption')) {
      const reason = 'This room is encrypted, and Packtrain reads and speaks in unencrypted rooms only.';
      tellOnce(room, { by }, `an invitation was declined: ${reason}`);
      await api.post({ path: ['rooms', room, 'leave'], body: { reason }, schema: anyAnswer });
    } else if (invitedBy.some((pattern) => matchesName(pattern, by)) || (await isNamed(room))) {
      await enter(room);
      if (invitation?.content.is_direct === true) await directs.note(by, room);
    } else
      tellOnce(room, { by }, 'an invitation is left open; chats.matrix.invited_by says whose are accepted');
  }

  return {
    async joinAll() {
      for (const room of join)
        try {
          // An alias leads to another room once that one was replaced.
          const id = room.startsWith('#') ? await roomOf(api, room) : room;
          if (id === undefined || !rooms.has(id)) named.add(await enter(room));
          told.delete(room);
        } catch (error) {
          tell(
            error,
            room,
            'a room can not be joined; invite Packtrain, or take it out of chats.matrix.join',
          );
        }
    },
    async answer(invitations, ownId) {
      for (const [room, { invite_state: state }] of Object.entries(invitations))
        await answerOne(room, state.events, ownId).catch((error: unknown) =>
          tell(error, room, 'an invitation could not be answered'),
        );
    },
  };
}

/** The room of an alias; undefined when it has none. */
export async function roomOf(api: Api, alias: string): Promise<string | undefined> {
  try {
    return (await api.get({ path: ['directory', 'room', alias], schema: roomAnswer })).room_id;
  } catch (error) {
    // 400: what is no alias.
    if (error instanceof MatrixRefusal && error.code !== '' && [400, 404].includes(error.status))
      return undefined;
    throw error;
  }
}
