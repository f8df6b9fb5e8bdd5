import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Caller } from '../../core/api-key.js';
import type { CommandName } from '../../core/commands.js';
import { type Refusal, refuse } from '../../core/reason.js';
import type { ReasonKind } from '../../core/reasons/define.js';
import { ok, type Result } from '../../core/result.js';
import type { WebDeps } from '../deps.js';
import type { WebContext, WebEnv } from '../env.js';
import type { CreateLoginLink } from '../login-links.js';
import type { StreamEvent, StreamHub } from '../sse.js';
import { check, readBody, refuseRequest, shown } from './answers.js';

/** What the routes work with. */
export interface ApiDeps extends WebDeps {
  readonly hub: StreamHub;
  readonly createLoginLink: CreateLoginLink;
}

/** What stands about a route in the document, and who may use it. */
export interface RouteText {
  readonly method: 'get' | 'post';
  /** Below `/api/v1`, as OpenAPI writes it: `/deployments/{id}`. */
  readonly path: string;
  /** The operation's name; unique. */
  readonly id: string;
  readonly group: string;
  /** What it gives or does, in a line without a full stop. */
  readonly summary: string;
  /** More about it; chat Markdown. */
  readonly more?: string;
  /** Which keys open it; all unless given. `none`: it needs none. */
  readonly keys?: 'local' | 'none';
  /** The command of the chat that tells the same. */
  readonly command?: CommandName;
  /** The kinds of refusals that it has besides those that every request may meet. */
  readonly refusals?: readonly ReasonKind[];
  /** The most bytes of a body; 64 KiB unless given. */
  readonly mostBytes?: number;
}

/** What a route answers: JSON, or a stream of events by their names. */
export type Answering =
  | { readonly json: z.ZodType; readonly example?: unknown }
  | { readonly events: Readonly<Record<string, z.ZodType>> };

/** What a route takes. */
export interface Taking<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Bodies that work, by what they show. */
  readonly examples?: Readonly<Record<string, z.input<B>>>;
}

/** A request that fits what its route takes. */
export interface Asked<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly caller: Caller;
  /** What a client that comes back has seen, by `Last-Event-ID`. */
  readonly lastEventId: string | undefined;
}

/** A stream, begun with everything known that can be refused. */
export interface Stream {
  readonly open: (signal: AbortSignal) => AsyncGenerator<StreamEvent>;
}

/** What came of a request: a value or a stream, or why not. */
export type Outcome = Result<object | Stream>;

/** A route with everything that is known of it: the server and the document are made of it. */
export interface Route extends RouteText, Taking<z.ZodObject, z.ZodObject, z.ZodType> {
  readonly answer: Answering;
  run(c: WebContext, deps: ApiDeps): Promise<Outcome>;
}

type None = z.ZodObject<Record<never, never>>;

const nothing = z.object({});

/** Declares a route: the one place for its address, what it takes, what it answers and what it does. */
export function route<
  P extends z.ZodObject = None,
  Q extends z.ZodObject = None,
  B extends z.ZodType = z.ZodUndefined,
>(
  spec: RouteText & Taking<P, Q, B> & { readonly answer: Answering },
  handle: (asked: Asked<P, Q, B>, deps: ApiDeps) => Promise<Outcome>,
): Route {
  return {
    ...spec,
    async run(c, deps) {
      const params = check(spec.params ?? nothing, c.req.param());
      if (!params.ok) return params;
      const query = check(spec.query ?? nothing, c.req.query());
      if (!query.ok) return query;
      const body = spec.body === undefined ? ok(undefined) : await readBody(c, spec.body);
      if (!body.ok) return body;
      const asked = {
        // Checked by the very schemas that give the types.
        params: params.value as z.output<P>,
        query: query.value as z.output<Q>,
        body: body.value as z.output<B>,
        caller: c.get('caller'),
        lastEventId: c.req.header('last-event-id'),
      };
      return await handle(asked, deps);
    },
  };
}

const mostBytes = 64 * 1024;

/** Serves routes. */
export function serve(api: Hono<WebEnv>, routes: readonly Route[], deps: ApiDeps): void {
  const { redactor } = deps;
  const openStream = streamOpener(deps);
  for (const one of routes) {
    const most = one.mostBytes ?? mostBytes;
    const tooLarge = refuse('request-too-large', { most });
    const limit = bodyLimit({ maxSize: most, onError: (c) => refuseRequest(c, redactor, tooLarge) });
    api.on(one.method, one.path.replaceAll(/\{(\w+)\}/g, ':$1'), limit, async (c) => {
      const refusal = keyRefused(one, c.get('caller'));
      if (refusal !== undefined) return refuseRequest(c, redactor, refusal);
      const outcome = await one.run(c, deps);
      if (!outcome.ok) return refuseRequest(c, redactor, outcome.refusal);
      return isStream(outcome.value) ? openStream(c, outcome.value) : give(c, deps, outcome.value);
    });
  }
}

function keyRefused({ keys }: Route, caller: Caller): Refusal | undefined {
  return keys === 'local' && caller.kind !== 'local' ? refuse('local-key-needed', {}) : undefined;
}

function isStream(value: object): value is Stream {
  return 'open' in value && typeof value.open === 'function';
}

function give(c: WebContext, { redactor }: ApiDeps, value: object): Response {
  return c.body(JSON.stringify(shown(redactor, value)), 200, { 'Content-Type': 'application/json' });
}

/** The most streams of one key: it shall leave some to others. */
const mostOfKey = 100;

/** Opens streams, as many at a time as one key may have. */
function streamOpener({ hub, redactor }: ApiDeps) {
  const open = new Map<string, number>();
  return (c: WebContext, stream: Stream): Response => {
    const caller = c.get('caller');
    if (hub.isFull) return refuseRequest(c, redactor, refuse('too-many-streams', {}));
    if (caller.kind === 'local') return hub.open(stream.open);
    const { name, gone } = caller.key;
    const count = open.get(name) ?? 0;
    if (count >= mostOfKey) return refuseRequest(c, redactor, refuse('too-many-streams', {}));
    open.set(name, count + 1);
    const onEnd = () => void open.set(name, (open.get(name) ?? 1) - 1);
    return hub.open(stream.open, { until: gone, onEnd });
  };
}
