import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { packtrainItself } from '../../../core/actor.js';
import { refuse } from '../../../core/reason.js';
import { ok, refused } from '../../../core/result.js';
import type { RoomMessage, Whisper } from '../../../core/room.js';
import { followRoom, type RoomFollower, type RoomUpdate } from '../../follow.js';
import { resumeAfter, type StreamEvent } from '../../sse.js';
import { type ApiDeps, type Route, route } from '../route.js';
import { lineBody, personName } from '../schemas/requests.js';
import { count, number, time } from '../schemas/wire.js';

const group = 'Rooms';
const keys = 'local';

const params = z.object({ room: z.string() });

const message = z
  .object({
    id: z.string().describe('The same through all its edits.'),
    seq: count.describe('Grows with each post and edit; 0 for a whisper.'),
    author: z.string(),
    platform: z.enum(['web', 'terminal']).optional().describe('From where it was said.'),
    fromBot: z.boolean(),
    text: z.string().describe('Chat Markdown.'),
    progress: z
      .object({ done: z.number(), total: z.number(), since: time, until: time.optional() })
      .optional()
      .describe('Without `until` it still runs.'),
    deployment: number.optional().describe('The deployment that it shows.'),
    replyTo: z.string().optional().describe('The message that it answers.'),
    at: time,
    editedAt: time.optional(),
    handled: z.boolean().optional().describe('Whether the bot has taken a person’s line.'),
    ended: z.boolean().optional().describe('Whether this is the bot’s last word.'),
    whisper: z.boolean().optional().describe('Whether only the listener sees it.'),
  })
  .meta({ id: 'RoomMessage', description: 'A message of a room.' });

/** The rooms, for the terminal chat. */
export const roomRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/rooms',
      id: 'listRooms',
      group,
      keys,
      summary: 'The rooms of the web chat',
      answer: { json: z.object({ rooms: z.array(z.object({ name: z.string() })) }) },
    },
    async (_, { rooms }) => ok({ rooms: rooms.names().map((name) => ({ name })) }),
  ),
  route(
    {
      method: 'post',
      path: '/rooms/{room}/messages',
      id: 'sayInRoom',
      group,
      keys,
      summary: 'Says a line in a room',
      params,
      body: lineBody,
      answer: {
        json: z.object({
          id: z.string(),
          seq: count,
          answered: z.boolean().optional().describe('False when the line is not for the bot.'),
        }),
      },
    },
    async ({ params: { room }, body: { text, as, key = randomUUID() } }, deps) => {
      const author = { platform: 'terminal', userId: as, name: as };
      // Asked before it is said, for a phrase is one no more once it was taken.
      const answered = await deps.isForBot?.(text, author, room);
      const said = await deps.rooms.say({ room, platform: 'terminal', author, text, key });
      return said.ok ? ok({ id: String(said.value.id), seq: said.value.seq, answered }) : said;
    },
  ),
  route(
    {
      method: 'get',
      path: '/rooms/{room}/stream',
      id: 'followRoom',
      group,
      keys,
      summary: 'What is said in a room, from now on or after a `seq`',
      more: 'It begins with an event `joined`. Treat an edit of a message that you have not seen as a message.',
      params,
      query: z.object({
        as: personName.describe('Who listens.'),
        after: z
          .string()
          .optional()
          .meta({ type: 'integer', description: 'The `seq` up to which all was seen.' }),
      }),
      answer: { events: { joined: z.object({}), message, edit: message } },
    },
    async ({ params: { room }, query: { as, after: given }, lastEventId }, deps) => {
      const known = deps.rooms.names();
      if (!known.includes(room)) return refused(refuse('unknown-room', { room, known: [...known] }));
      const viewer = { platform: 'terminal', userId: as, name: as };
      const isNew = lastEventId === undefined && given === undefined;
      // Whoever joins hears what is said from now on.
      const after = isNew ? await deps.rooms.lastSeq(room) : resumeAfter(lastEventId, given);
      return ok({ open: (signal: AbortSignal) => roomEvents(deps, { room, viewer, after, signal }) });
    },
  ),
];

async function* roomEvents(deps: ApiDeps, follower: RoomFollower): AsyncGenerator<StreamEvent> {
  // Gives a listener that joins now the place to come back to, before anything is said.
  yield { id: String(follower.after), event: 'joined', data: '{}' };
  for await (const update of followRoom(deps.rooms, follower)) yield toEvent(deps, update);
}

function toEvent({ redactor }: ApiDeps, update: RoomUpdate): StreamEvent {
  if (update.kind === 'alive') return {};
  if (update.kind === 'whisper')
    return { event: 'message', data: JSON.stringify(showWhisper(redactor.json(update.whisper))) };
  const { message: told, isNew } = update;
  const data = JSON.stringify(showMessage(redactor.json(told)));
  return { event: isNew ? 'message' : 'edit', id: String(told.seq), data };
}

function showWhisper({ key, text, at, replyTo }: Whisper): object {
  const author = packtrainItself.name;
  const said = { id: `w${key}`, seq: 0, author, fromBot: true, text, replyTo: shownId(replyTo), at };
  return { ...said, whisper: true, ended: true };
}

/** A message as the API shows it; times are ISO 8601. */
function showMessage(told: RoomMessage): object {
  const { id, seq, author, platform, fromBot, text, progress, deployment, replyTo, postedAt, editedAt } =
    told;
  return {
    id: String(id),
    seq,
    author: author.name,
    platform,
    fromBot,
    text,
    progress,
    deployment,
    replyTo: shownId(replyTo),
    at: postedAt,
    editedAt,
    handled: told.isHandled,
    ended: fromBot ? isLastWord(told) : undefined,
  };
}

function shownId(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

function isLastWord({ progress, deployment }: RoomMessage): boolean {
  return progress === undefined ? deployment === undefined : progress.until !== undefined;
}
