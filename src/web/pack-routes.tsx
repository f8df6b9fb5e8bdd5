import type { Hono } from 'hono';
import type { Deployment } from '../core/deployment.js';
import type { LiveSpan, PackView } from '../deployments/service.js';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import { followChanges } from './follow.js';
import { intentOf, keyOf, type PackAction, packAction, viewerOf } from './pack-actions.js';
import { BadFormPage, NotFoundPage } from './pages/message-pages.js';
import { Outcome, type OutcomeProps } from './pages/outcome.js';
import { PackDetails, PackPage } from './pages/pack-page.js';
import type { PackPageProps } from './pages/pack-props.js';
import { shellOf } from './pages/shell.js';
import { isHtmx } from './security.js';
import type { SharedViews } from './shared-views.js';
import type { StreamEvent, StreamHub } from './sse.js';

const historyLength = 20;

/** Adds a page for each pack, with what its holder and those who wait can do. */
export function addPacks(app: Hono<WebEnv>, deps: WebDeps, streaming: Streaming): void {
  app.get('/packs', (c) => c.redirect('/board'));
  app.get('/packs/:pack', (c) => showPack(c, deps));
  app.post('/packs/:pack', (c) => actOnPack(c, deps));
  app.get('/packs/:pack/stream', (c) => streamPack(c, deps, streaming));
}

/** What open pages are kept live with. */
export interface Streaming {
  readonly hub: StreamHub;
  readonly shared: SharedViews;
}

interface Found {
  readonly views: readonly PackView[];
  readonly history: readonly Deployment[];
  readonly spans: readonly LiveSpan[];
}

/** What there is to know of a pack; undefined when nobody ever asked for one of that name. */
async function lookUp(deps: WebDeps, pack: string): Promise<Found | undefined> {
  const [views, history, { spans }] = await Promise.all([
    deps.deployments.packs(pack),
    deps.deployments.list({ pack, limit: historyLength }),
    deps.deployments.life(pack),
  ]);
  return views.length + history.length === 0 ? undefined : deps.redactor.json({ views, history, spans });
}

async function pageOf(
  c: WebContext,
  deps: WebDeps,
  shared?: SharedViews,
): Promise<PackPageProps | undefined> {
  const pack = c.req.param('pack') ?? '';
  const look = () => lookUp(deps, pack);
  const found = await (shared === undefined ? look() : shared.get(`pack ${pack}`, look));
  if (found === undefined) return undefined;
  const viewer = viewerOf(c.get('actor'), deps.access?.());
  return { pack, ...found, viewer, now: deps.clock.now(), timeZone: deps.timeZone?.() };
}

async function showPack(c: WebContext, deps: WebDeps) {
  const page = await pageOf(c, deps);
  return page === undefined ? noSuchPack(c, deps) : c.html(<PackPage shell={shellOf(c)} {...page} />);
}

function noSuchPack(c: WebContext, deps: WebDeps) {
  const pack = deps.redactor.text((c.req.param('pack') ?? '').slice(0, 100));
  const next = <a href="/board">To all packs</a>;
  return c.html(<NotFoundPage shell={shellOf(c)} what={`There is no pack ${pack} here`} next={next} />, 404);
}

async function streamPack(c: WebContext, deps: WebDeps, { hub, shared }: Streaming) {
  if ((await pageOf(c, deps)) === undefined) return noSuchPack(c, deps);
  return hub.open((signal) =>
    whatDiffers(deps, signal, async () => {
      const page = await pageOf(c, deps, shared);
      return page === undefined ? undefined : String(<PackDetails {...page} />);
    }),
  );
}

/** Renders at each change, and sends what looks different from before. */
export async function* whatDiffers(
  deps: WebDeps,
  signal: AbortSignal,
  render: () => Promise<string | undefined>,
): AsyncGenerator<StreamEvent> {
  let sent: string | undefined;
  for await (const _ of followChanges(deps.deployments, signal)) {
    const html = await render();
    if (html === undefined || html === sent) yield {};
    else yield { data: html };
    sent = html;
  }
}

async function actOnPack(c: WebContext, deps: WebDeps) {
  const parsed = packAction.safeParse(await c.req.parseBody());
  if (!parsed.success) return c.html(<BadFormPage shell={shellOf(c)} />, 400);
  const page = await pageOf(c, deps);
  if (page === undefined) return noSuchPack(c, deps);
  const said = await request(c, deps, page.pack, parsed.data);
  const outcome = <Outcome {...said} />;
  const now = (await pageOf(c, deps)) ?? page;
  const status = 'refusal' in said ? 409 : 200;
  if (!isHtmx(c)) return c.html(<PackPage shell={shellOf(c)} {...now} outcome={outcome} />, status);
  // The page is changed with the answer: a stream that hangs must not leave a button that was used.
  return c.html(
    <>
      {outcome}
      <div hx-swap-oob="innerMorph:#live">
        <PackDetails {...now} />
      </div>
    </>,
    status,
  );
}

async function request(c: WebContext, deps: WebDeps, pack: string, asked: PackAction): Promise<OutcomeProps> {
  const requester = c.get('actor');
  const done = await deps.deployments.request({
    key: keyOf(pack, asked, requester),
    intent: intentOf(pack, asked),
    requester,
    via: 'web',
  });
  const time = { now: deps.clock.now(), timeZone: deps.timeZone?.() };
  return done.ok
    ? { asked, accepted: done.value, ...time }
    : { refusal: deps.redactor.json(done.refusal), ...time };
}
