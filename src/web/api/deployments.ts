import type { Hono } from 'hono';
import { isEnd } from '../../core/deployment.js';
import { refuse } from '../../core/reason.js';
import type { DeploymentView } from '../../deployments/service.js';
import { idOf } from '../deployment-routes.js';
import type { WebDeps } from '../deps.js';
import type { WebContext, WebEnv } from '../env.js';
import { type DeploymentFollower, followDeployment } from '../follow.js';
import { resumeAfter, type StreamEvent, type StreamHub } from '../sse.js';
import { check, describe, refuseRequest } from './answers.js';
import { deploymentQuery } from './schemas.js';
import { endOf } from './speaker.js';

/** Adds what the API tells of deployments. */
export function addDeploymentReads(api: Hono<WebEnv>, deps: WebDeps, hub: StreamHub): void {
  const { deployments, redactor } = deps;
  api.get('/deployments', async (c) => {
    const filter = check(deploymentQuery, c.req.query());
    if (!filter.ok) return refuseRequest(c, redactor, filter.refusal, 400);
    return c.json(redactor.json({ deployments: await deployments.list(filter.value) }));
  });
  api.get('/queue', async (c) =>
    c.json(redactor.json({ queue: await deployments.queue(c.req.query('pack')) })),
  );
  api.get('/live', async (c) => c.json(redactor.json({ live: await deployments.live(c.req.query('pack')) })));
  api.get('/deployments/:id', async (c) => {
    const view = await find(c, deps);
    return view === undefined ? unknown(c, deps) : c.json(redactor.json(show(deps, view)));
  });
  api.get('/deployments/:id/events', async (c) => {
    const view = await find(c, deps);
    if (view === undefined) return unknown(c, deps);
    const after = resumeAfter(c.req.header('last-event-id'), c.req.query('after'));
    const { id: deployment, status } = view.deployment;
    const hasEnded = isEnd(status);
    return hub.open((signal) => recordedEvents(deps, { deployment, after, signal, hasEnded }), endOf(c));
  });
}

async function find(c: WebContext, deps: WebDeps): Promise<DeploymentView | undefined> {
  const id = idOf(c.req.param('id'));
  return id === undefined ? undefined : deps.deployments.get(id);
}

function unknown(c: WebContext, deps: WebDeps) {
  const id = (c.req.param('id') ?? '').slice(0, 20);
  return refuseRequest(c, deps.redactor, refuse('no-deployment', { id }), 404);
}

function show(deps: WebDeps, view: DeploymentView): object {
  return { ...view, text: describe(deps, view), url: `${deps.baseUrl()}/deployments/${view.deployment.id}` };
}

async function* recordedEvents(deps: WebDeps, follower: DeploymentFollower): AsyncGenerator<StreamEvent> {
  for await (const events of followDeployment(deps.deployments, follower)) {
    if (events.length === 0) yield {};
    for (const event of events)
      yield { id: String(event.id), data: JSON.stringify(deps.redactor.json(event)) };
  }
}
