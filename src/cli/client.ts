import type { ZodType, z } from 'zod';
import type { HandedDelivery } from '../core/delivery.js';
import type { Intent } from '../core/intent.js';
import { parseJson } from '../core/json.js';
import { refuse } from '../core/reason.js';
import {
  answerSchema,
  backlogSchema,
  type CommandAnswer,
  deliveriesSchema,
  deploymentSchema,
  deploymentsSchema,
  eventSchema,
  failureSchema,
  loginLinkSchema,
  lookedAtSchema,
  type PostedLine,
  postedSchema,
  type RoomMessage,
  roomMessageSchema,
  roomsSchema,
  type ShownBacklog,
  type ShownDeliveries,
  type ShownDelivery,
  type ShownDeployment,
  type WireEvent,
} from './contract.js';
import { type Failure, FailureError, failed, type Outcome } from './outcome.js';
import { readServerFile, type ServerFile, serverFilePath } from './server-file.js';
import { follow, type Patience } from './stream.js';

/** A command to run: the line as chat takes it, without the prefix, or the intent itself. */
export interface CommandRequest {
  readonly line?: string;
  readonly intent?: Intent;
  readonly as: string;
  /** The same key is the same request. */
  readonly key: string;
}

/** A message of a room with whether it is new or was edited. */
export interface RoomEvent {
  readonly kind: 'message' | 'edit';
  readonly message: RoomMessage;
}

/** How to follow something. */
export interface FollowOptions {
  /** Only what comes after the event with this id. */
  readonly after?: string;
  readonly signal?: AbortSignal;
  /** Called each time the stream is open. */
  readonly onOpen?: () => void;
}

/** Talks to the running server. */
export interface Client {
  command(request: CommandRequest): Promise<Outcome<CommandAnswer>>;
  deployment(id: number): Promise<Outcome<ShownDeployment>>;
  /** The newest deployment's number, if there is one. */
  newestDeployment(): Promise<Outcome<number | undefined>>;
  /** A deployment's events from the first until it has ended. Throws `FailureError` when the server is gone for good. */
  deploymentEvents(id: number, options?: FollowOptions): AsyncGenerator<WireEvent>;
  rooms(): Promise<Outcome<readonly string[]>>;
  post(room: string, line: { text: string; as: string; key: string }): Promise<Outcome<PostedLine>>;
  /** What is said in a room, for ever. Throws `FailureError` when the server is gone for good. */
  roomEvents(room: string, as: string, options?: FollowOptions): AsyncGenerator<RoomEvent>;
  loginLink(as: string): Promise<Outcome<string>>;
  deliveries(limit: number): Promise<Outcome<ShownDeliveries>>;
  /** What the chats of others have not taken. */
  chats(): Promise<Outcome<ShownBacklog>>;
  /** Hands a delivery in, without a signature. */
  receive(delivery: HandedDelivery): Promise<Outcome<ShownDelivery>>;
  /** Has a delivery looked at again. */
  replay(id: number): Promise<Outcome<ShownDelivery>>;
}

/** What a client needs of its surroundings. */
export interface ClientSetup {
  readonly fetch: typeof fetch;
  /** The data directory of the server. */
  readonly data: string;
  /** How long to wait for a server that went away. */
  readonly patience?: Patience;
}

/** Makes a client of the server that runs on a data directory; refused when none runs. */
export async function connect(setup: ClientSetup): Promise<Outcome<Client>> {
  const server = await readServerFile(setup.data);
  return server.ok ? { ok: true, value: createClient(setup) } : failed(server.refusal);
}

function createClient(setup: ClientSetup): Client {
  const api = createApi(setup);
  return {
    command: (request) => api.json(answerSchema, '/api/v1/commands', { ...request, platform: 'cli' }),
    deployment: (id) => api.json(deploymentSchema, `/api/v1/deployments/${id}`),
    async newestDeployment() {
      const answer = await api.json(deploymentsSchema, '/api/v1/deployments?limit=1');
      return answer.ok ? { ok: true, value: answer.value.deployments[0]?.id } : answer;
    },
    async *deploymentEvents(id, options = {}) {
      const open = api.opener(`/api/v1/deployments/${id}/events`);
      for await (const event of follow(open, { ...setup.patience, ...options })) {
        const recorded = parseData(eventSchema, event.data);
        if (recorded === undefined) continue;
        yield recorded;
        if (recorded.event.kind === 'ended') return;
      }
    },
    async rooms() {
      const answer = await api.json(roomsSchema, '/api/v1/rooms');
      return answer.ok ? { ok: true, value: answer.value.rooms.map((room) => room.name) } : answer;
    },
    post: (room, line) => api.json(postedSchema, `${roomPath(room)}/messages`, line),
    async *roomEvents(room, as, options = {}) {
      const open = api.opener(`${roomPath(room)}/stream?as=${encodeURIComponent(as)}`);
      for await (const event of follow(open, { ...setup.patience, ...options })) {
        const message = parseData(roomMessageSchema, event.data);
        if (message !== undefined && event.event !== undefined && isRoomEvent(event.event))
          yield { kind: event.event, message };
      }
    },
    async loginLink(as) {
      const answer = await api.json(loginLinkSchema, '/api/v1/login-links', { as });
      return answer.ok ? { ok: true, value: answer.value.url } : answer;
    },
    chats: () => api.json(backlogSchema, '/api/v1/chats'),
    deliveries: (limit) => api.json(deliveriesSchema, `/api/v1/deliveries?limit=${limit}`),
    async receive(delivery) {
      const answer = await api.json(lookedAtSchema, '/api/v1/deliveries', delivery);
      return answer.ok ? { ok: true, value: answer.value.delivery } : answer;
    },
    async replay(id) {
      const answer = await api.json(lookedAtSchema, `/api/v1/deliveries/${id}/replay`, {});
      return answer.ok ? { ok: true, value: answer.value.delivery } : answer;
    },
  };
}

function roomPath(room: string): string {
  return `/api/v1/rooms/${encodeURIComponent(room)}`;
}

function isRoomEvent(name: string): name is RoomEvent['kind'] {
  return name === 'message' || name === 'edit';
}

function parseData<S extends ZodType>(schema: S, data: string): z.infer<S> | undefined {
  const parsed = schema.safeParse(parseJson(data));
  return parsed.success ? parsed.data : undefined;
}

function createApi(setup: ClientSetup) {
  /** Looks the server up each time: it may have been restarted on another port with another key. */
  async function send(path: string, init: RequestInit): Promise<Outcome<Response>> {
    const server = await readServerFile(setup.data);
    if (!server.ok) return failed(server.refusal);
    const { url, key } = server.value;
    const headers = { ...init.headers, authorization: `Bearer ${key}` };
    try {
      const response = await setup.fetch(`${url}${path}`, { ...init, headers, redirect: 'error' });
      return response.ok
        ? { ok: true, value: response }
        : await refusedBy(response, server.value, setup.data);
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      return failed(refuse('server-unreachable', { url, why: whyOf(error) }));
    }
  }

  return {
    async json<S extends ZodType>(schema: S, path: string, body?: object): Promise<Outcome<z.infer<S>>> {
      const response = await send(path, body === undefined ? {} : postOf(body));
      if (!response.ok) return response;
      const text = await response.value.text();
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return { ok: true, value: parsed.data };
      const why = parsed.error.issues[0]?.message ?? 'it is empty';
      return failed(refuse('server-answer-odd', { url: response.value.url, why }));
    },
    opener: (path: string) => (after: string | undefined, signal: AbortSignal | undefined) =>
      send(path, {
        headers: { accept: 'text/event-stream', ...(after === undefined ? {} : { 'last-event-id': after }) },
        ...(signal === undefined ? {} : { signal }),
      }),
  };
}

function postOf(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function refusedBy(response: Response, server: ServerFile, data: string): Promise<Outcome<never>> {
  if (response.status === 401)
    return failed(refuse('server-key-refused', { url: server.url, file: serverFilePath(data) }));
  const body = parseJson(await response.text());
  const said = failureSchema.safeParse(isObject(body) && 'refusal' in body ? body.refusal : body);
  if (said.success) return { ok: false, failure: said.data };
  return failed(refuse('server-answer-odd', { url: response.url, why: `its status is ${response.status}` }));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** The failure that a loop over a stream ended with. Anything else is a bug, and thrown on. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  throw error;
}
