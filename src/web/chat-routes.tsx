import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { explain, refuse } from '../core/reason.js';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import { followRoom, type RoomFollower } from './follow.js';
import { ChatPage, roomPath } from './pages/chat-page.js';
import { Message, type MessageContext, WhisperMessage } from './pages/message.js';
import { NotFoundPage } from './pages/message-pages.js';
import { shellOf } from './pages/shell.js';
import { isHtmx } from './security.js';
import { resumeAfter, type StreamEvent, type StreamHub } from './sse.js';

/** How many messages a page begins with. */
const pageLength = 100;

/** A line as the message box sends it. */
const spoken = z.object({
  text: z.string().trim().min(1, 'say something').max(4000, 'a line has at most 4000 characters'),
  key: z.string().max(100).optional(),
});

/** Adds the rooms: page, stream and message box. */
export function addChat(app: Hono<WebEnv>, deps: WebDeps, hub: StreamHub): void {
  app.get('/', (c) => c.redirect(roomPath(deps.rooms.names()[0] ?? '')));
  app.get('/chat', (c) => c.redirect('/'));
  app.get('/chat/:room', (c) => showRoom(c, deps));
  app.get('/chat/:room/stream', (c) => streamRoom(c, deps, hub));
  app.post('/chat/:room/messages', (c) => sayInRoom(c, deps));
}

async function showRoom(c: WebContext, deps: WebDeps) {
  const room = c.req.param('room') ?? '';
  if (!deps.rooms.names().includes(room)) return noSuchRoom(c, deps, room);
  const before = resumeAfter(undefined, c.req.query('before'));
  // Read in this order, whatever is posted in between is in the list, in the stream, or in both.
  const seq = await deps.rooms.lastSeq(room);
  const messages = await deps.rooms.latest(room, pageLength, before || undefined);
  const first = messages[0]?.id;
  const at = resumeAfter(undefined, c.req.query('at'));
  // A link to a message of the past leads to the page on which it stands.
  if (at > 0 && first !== undefined && at < first) return c.redirect(`${roomPath(room)}?before=${at + 1}`);
  return c.html(
    <ChatPage
      shell={shellOf(c)}
      room={room}
      rooms={deps.rooms.names()}
      messages={deps.redactor.json(messages)}
      {...(before > 0 ? {} : { seq })}
      {...(first !== undefined && messages.length === pageLength ? { earlier: first } : {})}
      commands={deps.commands()}
      context={contextOf(deps)}
    />,
  );
}

function contextOf(deps: WebDeps): MessageContext {
  return { now: deps.clock.now(), timeZone: deps.timeZone?.() };
}

function noSuchRoom(c: WebContext, deps: WebDeps, room: string) {
  const known = [...deps.rooms.names()];
  const { what, next } = explain(refuse('unknown-room', { room: deps.redactor.text(room), known }));
  return c.html(<NotFoundPage shell={shellOf(c)} what={what} next={next} />, 404);
}

function streamRoom(c: WebContext, deps: WebDeps, hub: StreamHub) {
  const room = c.req.param('room') ?? '';
  if (!deps.rooms.names().includes(room)) return noSuchRoom(c, deps, room);
  const after = resumeAfter(c.req.header('last-event-id'), c.req.query('after'));
  const viewer = c.get('actor');
  return hub.open((signal) => roomEvents(deps, { room, viewer, after, signal }));
}

async function* roomEvents(deps: WebDeps, follower: RoomFollower): AsyncGenerator<StreamEvent> {
  for await (const update of followRoom(deps.rooms, follower)) {
    const context = contextOf(deps);
    if (update.kind === 'alive') yield {};
    else if (update.kind === 'whisper') {
      yield {
        data: String(<WhisperMessage whisper={deps.redactor.json(update.whisper)} context={context} />),
      };
    } else {
      const message = deps.redactor.json(update.message);
      yield { id: String(message.seq), data: String(<Message message={message} context={context} />) };
    }
  }
}

async function sayInRoom(c: WebContext, deps: WebDeps) {
  const room = c.req.param('room') ?? '';
  const parsed = spoken.safeParse(await c.req.parseBody());
  if (!parsed.success) return c.text(`${parsed.error.issues[0]?.message ?? 'not understood'}\n`, 400);
  const said = await deps.rooms.say({
    room,
    platform: 'web',
    author: c.get('actor'),
    text: parsed.data.text,
    key: parsed.data.key || randomUUID(),
  });
  if (!said.ok) return noSuchRoom(c, deps, room);
  // The line itself comes back over the stream, as it does for everybody.
  return isHtmx(c) ? c.body(null, 204) : c.redirect(roomPath(room), 303);
}
