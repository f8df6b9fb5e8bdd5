import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { writeServerFile } from '../../src/cli/server-file.js';
import type { DeploymentEvent } from '../../src/core/event.js';

/** A request that the server got. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly lastEventId: string | undefined;
}

interface Sent {
  readonly id: string;
  readonly event?: string;
  readonly data: string;
}

/** A server that speaks the HTTP API over real sockets, and says what a test tells it to. */
export interface FakeServer {
  readonly url: string;
  readonly got: readonly Got[];
  /** What `POST /commands` answers. */
  onCommand: (body: Record<string, unknown>) => object;
  /** The plan of every deployment. */
  plan: object | undefined;
  /** What happens when a line is said in a room. */
  onLine: (line: { id: string; text: string; as: string; room: string }) => void;
  /** Whether a line is answered; true unless set. */
  isForBot: (text: string) => boolean;
  /** Records an event of a deployment, and sends it to whoever follows. */
  happen(deployment: number, event: DeploymentEvent): void;
  /** Says or edits something in a room. */
  tell(room: string, kind: 'message' | 'edit', message: Record<string, unknown>): void;
  /** Waits until somebody says a line. */
  said(text: string): Promise<void>;
  /** Stops listening; `listen` begins again on another port. */
  stop(): Promise<void>;
  listen(data: string): Promise<void>;
}

const key = 'the-key-of-this-server';
const began = Date.parse('2026-03-14T12:00:00Z');

export async function startFakeServer(data: string): Promise<FakeServer> {
  const got: Got[] = [];
  const streams = new Set<{ path: string; write(sent: Sent): Promise<void> }>();
  const kept = new Map<string, Sent[]>();
  const statuses = new Map<number, string>();
  let events = 0;
  let lines = 0;
  let server: Server | undefined;
  let url = '';

  function publish(path: string, sent: Sent): void {
    kept.set(path, [...(kept.get(path) ?? []), sent]);
    for (const stream of streams) if (stream.path === path) stream.write(sent);
  }

  /** A stream of what is published at a path; a deployment's from its beginning, a room's from now on. */
  function follow(c: Context, path: string, missedFrom: number): Response {
    const after = Number(c.req.header('last-event-id') ?? missedFrom);
    const missed = (kept.get(path) ?? []).filter(({ id }) => Number(id) > after);
    return streamSSE(c, async (sse) => {
      const write = (sent: Sent) => sse.writeSSE(sent);
      const stream = { path, write };
      streams.add(stream);
      for (const sent of missed) await write(sent);
      await new Promise<void>((resolve) => sse.onAbort(resolve));
      streams.delete(stream);
    });
  }

  const app = new Hono();
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.use('/api/*', async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${key}`) return c.json({ text: 'No.' }, 401);
    const { method, path } = c.req;
    const body = method === 'POST' ? await c.req.json() : {};
    got.push({ method, path, body, lastEventId: c.req.header('last-event-id') });
    return next();
  });
  app.post('/api/v1/commands', async (c) => c.json(api.onCommand(await c.req.json())));
  app.post('/api/v1/login-links', async (c) =>
    c.json({ url: `${url}/login?token=${(await c.req.json()).as}-once` }),
  );
  app.get('/api/v1/rooms', (c) => c.json({ rooms: [{ name: 'general' }, { name: 'ops' }] }));
  app.get('/api/v1/deployments', (c) =>
    c.json({ deployments: [...statuses.keys()].reverse().map((id) => ({ id })) }),
  );
  app.use('/api/v1/deployments/:id/*', async (c, next) => {
    if (statuses.has(Number(c.req.param('id')))) return next();
    return c.json({ refusal: missing(`deployment #${c.req.param('id')}`) }, 404);
  });
  app.get('/api/v1/deployments/:id', (c) => {
    const id = Number(c.req.param('id'));
    const packs = [{ pack: 'beans', status: 'pending' }];
    return c.json({
      deployment: { id, status: statuses.get(id), packs, plan: api.plan },
      text: `*beans*: ${statuses.get(id)}.`,
    });
  });
  app.get('/api/v1/deployments/:id/events', (c) => follow(c, `deployment:${c.req.param('id')}`, 0));
  app.use('/api/v1/rooms/:room/*', async (c, next) => {
    const room = c.req.param('room');
    return room === 'general' || room === 'ops' ? next() : c.json({ refusal: missing(`room ${room}`) }, 404);
  });
  app.get('/api/v1/rooms/:room/stream', (c) => follow(c, `room:${c.req.param('room')}`, events));
  app.post('/api/v1/rooms/:room/messages', async (c) => {
    const { text, as } = await c.req.json();
    const room = c.req.param('room');
    lines += 1;
    const id = String(lines);
    api.tell(room, 'message', { id, author: as, fromBot: false, text });
    api.onLine({ id, text, as, room });
    // The real one marks a line when the bot has taken it, which makes an edit of it.
    api.tell(room, 'edit', { id, author: as, fromBot: false, text, handled: true });
    return c.json({ id, seq: events, answered: api.isForBot(text) });
  });

  const api: FakeServer = {
    get url() {
      return url;
    },
    got,
    onCommand: () => ({ text: 'Done.' }),
    plan: undefined,
    onLine: () => undefined,
    isForBot: () => true,
    happen(deployment, event) {
      statuses.set(deployment, event.kind === 'ended' ? event.status : 'running');
      const id = ++events;
      const at = new Date(began + id * 100).toISOString();
      publish(`deployment:${deployment}`, {
        id: String(id),
        data: JSON.stringify({ id, deployment, at, event }),
      });
    },
    tell(room, kind, message) {
      const seq = ++events;
      publish(`room:${room}`, { id: String(seq), event: kind, data: JSON.stringify({ ...message, seq }) });
    },
    async said(text) {
      const isIt = ({ body }: Got) => body.text === text;
      while (!got.some(isIt)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: () =>
      new Promise((resolve) => {
        if (server === undefined) return resolve();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
    async listen(folder) {
      const fresh = createAdaptorServer({ fetch: app.fetch }) as Server;
      await new Promise<void>((resolve) => fresh.listen(0, '127.0.0.1', resolve));
      server = fresh;
      url = `http://127.0.0.1:${(fresh.address() as AddressInfo).port}`;
      await writeServerFile(folder, { url, key, pid: process.pid });
    },
  };
  await api.listen(data);
  return api;
}

function missing(what: string) {
  return { code: 'no-such-thing', what: `There is no ${what}.`, next: '', exitCode: 3 };
}
