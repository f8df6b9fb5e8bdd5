import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { isEnd } from '../core/deployment.js';
import { explain, type Refusal, refuse } from '../core/reason.js';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import { followDeployment } from './follow.js';
import { DeploymentDetails, DeploymentPage, type DeploymentPageProps } from './pages/deployment-page.js';
import { DeploymentsPage } from './pages/deployments-page.js';
import { NotFoundPage } from './pages/message-pages.js';
import { shellOf } from './pages/shell.js';
import { resumeAfter, type StreamEvent, type StreamHub } from './sse.js';

const listLength = 50;

/** Adds the list of deployments and a page for each. */
export function addDeployments(app: Hono<WebEnv>, deps: WebDeps, hub: StreamHub): void {
  app.get('/deployments', (c) => showList(c, deps));
  app.get('/deployments/:id', (c) => showOne(c, deps));
  app.get('/deployments/:id/stream', (c) => streamOne(c, deps, hub));
  app.post('/deployments/:id/cancel', (c) => cancelOne(c, deps));
}

async function showList(c: WebContext, deps: WebDeps) {
  const deployments = deps.redactor.json(await deps.deployments.list({ limit: listLength }));
  const page = { deployments, now: deps.clock.now(), timeZone: deps.timeZone?.() };
  return c.html(<DeploymentsPage shell={shellOf(c)} {...page} />);
}

async function showOne(c: WebContext, deps: WebDeps) {
  const id = idOf(c.req.param('id'));
  const page = id === undefined ? undefined : await pageOf(deps, id);
  if (page === undefined) return refusedPage(c, deps, noSuch(c), 404);
  return c.html(<DeploymentPage shell={shellOf(c)} {...page} />);
}

/** The number of a deployment in a URL, if it is one. */
export function idOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

async function pageOf(deps: WebDeps, id: number): Promise<DeploymentPageProps | undefined> {
  const view = await deps.deployments.get(id);
  if (view === undefined) return undefined;
  const events = await deps.deployments.events(id);
  const { view: shown, events: told } = deps.redactor.json({ view, events });
  return { view: shown, events: told, now: deps.clock.now(), timeZone: deps.timeZone?.() };
}

function noSuch(c: WebContext): Refusal {
  return refuse('no-deployment', { id: (c.req.param('id') ?? '').slice(0, 20) });
}

function refusedPage(c: WebContext, deps: WebDeps, refusal: Refusal, status: 404 | 409) {
  const { what, next } = deps.redactor.json(explain(refusal));
  return c.html(<NotFoundPage shell={shellOf(c)} what={what} next={next} />, status);
}

async function streamOne(c: WebContext, deps: WebDeps, hub: StreamHub) {
  const id = idOf(c.req.param('id'));
  if (id === undefined || (await deps.deployments.get(id)) === undefined) {
    return refusedPage(c, deps, noSuch(c), 404);
  }
  const after = resumeAfter(c.req.header('last-event-id'), c.req.query('after'));
  return hub.open((signal) => detailEvents(deps, { deployment: id, after, signal }));
}

async function* detailEvents(
  deps: WebDeps,
  follower: { deployment: number; after: number; signal: AbortSignal },
): AsyncGenerator<StreamEvent> {
  for await (const events of followDeployment(deps.deployments, follower)) {
    const last = events.at(-1);
    const page = await pageOf(deps, follower.deployment);
    if (page === undefined) continue;
    const id = last === undefined ? {} : { id: String(last.id) };
    yield { ...id, data: String(<DeploymentDetails {...page} />) };
  }
  if (follower.signal.aborted) return;
  // The record of the end may be younger than its event; whoever watches must see the last state.
  const page = await pageOf(deps, follower.deployment);
  if (page !== undefined) yield { data: String(<DeploymentDetails {...page} />) };
  yield { event: 'ended', data: '' };
}

async function cancelOne(c: WebContext, deps: WebDeps) {
  const id = idOf(c.req.param('id'));
  const view = id === undefined ? undefined : await deps.deployments.get(id);
  if (id === undefined || view === undefined) return refusedPage(c, deps, noSuch(c), 404);
  if (!isEnd(view.deployment.status)) {
    const done = await deps.deployments.request({
      key: `web:${randomUUID()}`,
      intent: { kind: 'cancel', deployment: id },
      requester: c.get('actor'),
      via: 'web',
    });
    if (!done.ok) return refusedPage(c, deps, done.refusal, 409);
  }
  return c.redirect(`/deployments/${id}`, 303);
}
