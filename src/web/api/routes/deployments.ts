import { z } from 'zod';
import { aboutDeployment } from '../../../core/about.js';
import { type Deployment, isEnd } from '../../../core/deployment.js';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { DeploymentFilter, DeploymentView } from '../../../deployments/service.js';
import { idOf } from '../../deployment-routes.js';
import { type DeploymentFollower, followDeployment } from '../../follow.js';
import { resumeAfter, type StreamEvent } from '../../sse.js';
import { shown } from '../answers.js';
import type { ApiDeps, Route } from '../route.js';
import { deployment, deploymentView, shownDeployment } from '../schemas/deployments.js';
import { recordedEvent } from '../schemas/events.js';
import { limit, word } from '../schemas/requests.js';
import { reading, type Viewer } from '../viewer.js';

const group = 'Deployments';

const params = z.object({
  id: z.string().meta({ type: 'integer', description: 'The deployment’s number.' }),
});

/** The id of an event as a text. */
export const eventId = z.string().regex(/^\d{1,15}$/, 'an event’s id has only digits');

/** The id of an event in a query. */
export const after = eventId
  .optional()
  .meta({ type: 'integer', description: 'The id of the last event that was seen.' });

/** What there is to tell of deployments. */
export const deploymentRoutes: readonly Route[] = [
  reading(
    {
      path: '/deployments',
      id: 'listDeployments',
      group,
      summary: 'Deployments, newest first',
      command: 'history',
      query: {
        pack: word.exactOptional(),
        repository: word.exactOptional(),
        requester: word
          .exactOptional()
          .describe('Who asked: a name, or an account as platform:id; all accounts of the person count.'),
        open: z.enum(['true', 'false']).exactOptional().describe('`true`: only those that have not ended.'),
        before: z.coerce
          .number()
          .int()
          .positive()
          .exactOptional()
          .describe('Only those with a lower number: the next page begins before the last one seen.'),
        limit: limit.default(20),
      },
      answer: { json: z.object({ deployments: z.array(deployment) }) },
    },
    async ({ viewer, query: { as: _, open, limit: most, ...filter } }, deps) => {
      const wanted = { ...filter, ...(open === undefined ? {} : { open: open === 'true' }) };
      return ok({ deployments: await listed(deps, viewer, { ...wanted, limit: most }) });
    },
  ),
  reading(
    {
      path: '/deployments/{id}',
      id: 'getDeployment',
      group,
      summary: 'One deployment, with where it stands',
      refusals: ['denied'],
      params,
      answer: { json: shownDeployment },
    },
    async ({ viewer, params: { id } }, deps) => {
      const view = await find(deps, viewer, id);
      return view.ok ? ok(show(deps, view.value)) : view;
    },
  ),
  reading(
    {
      path: '/deployments/{id}/events',
      id: 'followDeployment',
      group,
      summary: 'What happens to a deployment, from its beginning until it has ended',
      more: 'The stream ends after the event of kind `ended`.',
      params,
      query: { after },
      answer: { events: { message: recordedEvent } },
    },
    async ({ viewer, params: { id }, query, lastEventId }, deps) => {
      const view = await find(deps, viewer, id);
      if (!view.ok) return view;
      const { id: number, status } = view.value.deployment;
      const follower = { deployment: number, after: resumeAfter(lastEventId, query.after) };
      const hasEnded = isEnd(status);
      return ok({ open: (signal: AbortSignal) => recordedEvents(deps, { ...follower, hasEnded, signal }) });
    },
  ),
  reading(
    {
      path: '/queue',
      id: 'getQueue',
      group,
      summary: 'Open deployments, in the order in which they will run',
      command: 'queue',
      refusals: ['denied'],
      query: { pack: word.optional() },
      answer: { json: z.object({ queue: z.array(deploymentView) }) },
    },
    async ({ viewer, query: { pack } }) => {
      const answer = await viewer.ask('queue', { pack });
      return answer.ok ? ok(z.looseObject({}).parse(answer.value.data)) : answer;
    },
  ),
];

/** How many are looked at for one that is shown, where rules hide some. */
const mostLooks = 5;

async function listed(
  { deployments }: ApiDeps,
  viewer: Viewer,
  filter: DeploymentFilter & { readonly limit: number },
): Promise<readonly Deployment[]> {
  const seen: Deployment[] = [];
  let { before } = filter;
  for (let look = 0; look < mostLooks; look++) {
    const some = await deployments.list({ ...filter, ...(before === undefined ? {} : { before }) });
    seen.push(...some.filter((one) => viewer.sees('history', aboutDeployment(one))));
    before = some.at(-1)?.id;
    if (some.length < filter.limit || seen.length >= filter.limit) break;
  }
  return seen.slice(0, filter.limit);
}

async function find(deps: ApiDeps, viewer: Viewer, id: string): Promise<Result<DeploymentView>> {
  const number = idOf(id);
  const view = number === undefined ? undefined : await deps.deployments.get(number);
  // What is hidden is not told to be there.
  if (view !== undefined && viewer.sees('history', aboutDeployment(view.deployment))) return ok(view);
  return refused(refuse('no-deployment', { id: id.slice(0, 20) }));
}

function show(deps: ApiDeps, view: DeploymentView): object {
  const { id, status } = view.deployment;
  const text = deps.describe?.(view) ?? `Deployment *#${id}* is ${status}.`;
  return { ...view, text, url: `${deps.baseUrl()}/deployments/${id}` };
}

async function* recordedEvents(deps: ApiDeps, follower: DeploymentFollower): AsyncGenerator<StreamEvent> {
  for await (const events of followDeployment(deps.deployments, follower)) {
    if (events.length === 0) yield {};
    for (const event of events)
      yield { id: String(event.id), data: JSON.stringify(shown(deps.redactor, event)) };
  }
}
