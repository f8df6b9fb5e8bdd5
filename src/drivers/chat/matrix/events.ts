import { z } from 'zod';

/** An event of a room, as far as it is looked at. Those of an invitation have no id. */
const event = z.object({
  type: z.string(),
  sender: z.string(),
  event_id: z.string().optional(),
  state_key: z.string().optional(),
  content: z.record(z.string(), z.unknown()),
  unsigned: z
    .object({ prev_content: z.record(z.string(), z.unknown()).optional() })
    .optional()
    .catch(undefined),
});

/** An event of a room. */
export type RoomEvent = z.output<typeof event>;

/** What somebody else's server made so oddly that it can't be read is left out, and nothing else with it. */
const events = z
  .array(z.unknown())
  .catch([])
  .transform((all) => all.flatMap((one) => event.safeParse(one).data ?? []));

const batch = z.object({ events }).catch({ events: [] });

const accountData = z
  .object({ events: z.array(z.object({ type: z.string(), content: z.record(z.string(), z.unknown()) })) })
  .catch({ events: [] });

const joined = z.object({
  state: batch,
  timeline: z
    .object({ events, limited: z.boolean().catch(false), prev_batch: z.string().optional() })
    .catch({ events: [], limited: false }),
});

/** What is new in a room that we are in. */
export type JoinedRoom = z.output<typeof joined>;

const rooms = z.object({
  join: z.record(z.string(), joined).catch({}),
  invite: z.record(z.string(), z.object({ invite_state: batch })).catch({}),
  leave: z.record(z.string(), z.unknown()).catch({}),
});

/** The answer of `/sync`. */
export const syncAnswer = z.object({
  next_batch: z.string(),
  account_data: accountData,
  rooms: rooms.catch({ join: {}, invite: {}, leave: {} }),
});

/** What is new. */
export type Sync = z.output<typeof syncAnswer>;

/** The answer of `/rooms/{roomId}/messages`. */
export const messagesAnswer = z.object({ chunk: events, end: z.string().optional() });

/** The answer of `/rooms/{roomId}/members`. */
export const membersAnswer = z.object({ chunk: events });

/** Whoever is logged in. */
export const whoamiAnswer = z.object({ user_id: z.string().regex(/^@[^:]+:.+/) });

/** A room that was made, joined or found. */
export const roomAnswer = z.object({ room_id: z.string() });

/** The rooms that the bot is in. */
export const joinedAnswer = z.object({ joined_rooms: z.array(z.string()) });

/** A room's main alias. */
export const aliasAnswer = z.object({ alias: z.string().optional().catch(undefined) });

/** An event that was sent. */
export const sentAnswer = z.object({ event_id: z.string() });

/** An event that was asked for. */
export const eventAnswer = z.object({ content: z.record(z.string(), z.unknown()) });

/** The rooms that are for two, by the other one's id: the account data `m.direct`. */
export const directContent = z.record(z.string(), z.array(z.string()).catch([]));

/** An answer in which nothing is looked at. */
export const anyAnswer = z.object({});

/** A text in an object that came from outside. */
export function textIn(object: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

/** An object in one that came from outside; empty where there is none. */
export function objectIn(
  object: Readonly<Record<string, unknown>>,
  key: string,
): Readonly<Record<string, unknown>> {
  const value = object[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
