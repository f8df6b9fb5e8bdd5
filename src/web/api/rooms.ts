import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { packtrainItself } from '../../core/actor.js';
import { refuse } from '../../core/reason.js';
import type { RoomMessage } from '../../core/room.js';
import type { WebDeps } from '../deps.js';
import type { WebContext, WebEnv } from '../env.js';
import { followRoom, type RoomFollower, type RoomUpdate } from '../follow.js';
import { resumeAfter, type StreamEvent, type StreamHub } from '../sse.js';
import { check, readBody, refuseRequest } from './answers.js';
import { lineBody, personName } from './schemas.js';

/** Adds the rooms to the API, for the terminal chat. */
export function addRooms(api: Hono<WebEnv>, deps: WebDeps, hub: StreamHub): void {
  api.get('/rooms', (c) => c.json({ rooms: deps.rooms.names().map((name) => ({ name })) }));
  api.get('/rooms/:room/stream', (c) => streamRoom(c, deps, hub));
  api.post('/rooms/:room/messages', (c) => sayInRoom(c, deps));
}

function unknownRoom(c: WebContext, deps: WebDeps, room: string) {
  const refusal = refuse('unknown-room', { room, known: [...deps.rooms.names()] });
  return refuseRequest(c, deps.redactor, refusal, 404);
}

async function streamRoom(c: WebContext, deps: WebDeps, hub: StreamHub) {
  const room = c.req.param('room') ?? '';
  if (!deps.rooms.names().includes(room)) return unknownRoom(c, deps, room);
  const as = check(personName, c.req.query('as'));
  if (!as.ok)
    return refuseRequest(c, deps.redactor, refuse('bad-request', { problem: 'as: say who listens' }), 400);
  const viewer = { platform: 'terminal', userId: as.value, name: as.value };
  const given = c.req.header('last-event-id') ?? c.req.query('after');
  // Whoever joins hears what is said from now on.
  const after = given === undefined ? await deps.rooms.lastSeq(room) : resumeAfter(given, undefined);
  return hub.open((signal) => roomEvents(deps, { room, viewer, after, signal }));
}

async function* roomEvents(deps: WebDeps, follower: RoomFollower): AsyncGenerator<StreamEvent> {
  // Gives a listener that joins now the place to come back to, before anything is said.
  yield { id: String(follower.after), event: 'joined', data: '{}' };
  for await (const update of followRoom(deps.rooms, follower)) yield toEvent(deps, update);
}

function toEvent({ redactor }: WebDeps, update: RoomUpdate): StreamEvent {
  if (update.kind === 'alive') return {};
  if (update.kind === 'whisper') {
    const { key, text, at, replyTo } = redactor.json(update.whisper);
    const message = {
      id: `w${key}`,
      seq: 0,
      author: packtrainItself.name,
      fromBot: true,
      text,
      replyTo: shownId(replyTo),
      at,
      whisper: true,
      ended: true,
    };
    return { event: 'message', data: JSON.stringify(message) };
  }
  const shown = JSON.stringify(showMessage(redactor.json(update.message)));
  return { event: update.isNew ? 'message' : 'edit', id: String(update.message.seq), data: shown };
}

/** A message as the API shows it; times are ISO 8601. */
function showMessage(message: RoomMessage): object {
  const { id, seq, author, fromBot, text, progress, deployment, replyTo, postedAt, editedAt, isHandled } =
    message;
  return {
    id: String(id),
    seq,
    author: author.name,
    platform: message.platform,
    fromBot,
    text,
    progress,
    deployment,
    replyTo: shownId(replyTo),
    at: postedAt,
    editedAt,
    handled: isHandled,
    ended: fromBot ? isLastWord(message) : undefined,
  };
}

function shownId(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

function isLastWord({ progress, deployment }: RoomMessage): boolean {
  return progress === undefined ? deployment === undefined : progress.until !== undefined;
}

async function sayInRoom(c: WebContext, deps: WebDeps) {
  const body = await readBody(c, lineBody);
  if (!body.ok) return refuseRequest(c, deps.redactor, body.refusal, 400);
  const { text, as, key = randomUUID() } = body.value;
  const room = c.req.param('room') ?? '';
  const author = { platform: 'terminal', userId: as, name: as };
  // Asked before it is said, for a phrase is one no more once it was taken.
  const answered = await deps.isForBot?.(text, author, room);
  const said = await deps.rooms.say({ room, platform: 'terminal', author, text, key });
  if (!said.ok) return refuseRequest(c, deps.redactor, said.refusal, 404);
  const { id, seq } = said.value;
  return c.json({ id: String(id), seq, answered });
}
