import { z } from 'zod';
import { type About, aboutDeployment } from '../../../core/about.js';
import { ok } from '../../../core/result.js';
import type { FedEvent } from '../../../deployments/service.js';
import { type FeedFollower, followAll } from '../../follow.js';
import { resumeAfter, type StreamEvent } from '../../sse.js';
import { shown } from '../answers.js';
import type { ApiDeps, Route } from '../route.js';
import { fedEvent } from '../schemas/events.js';
import { word } from '../schemas/requests.js';
import { reading, type Viewer } from '../viewer.js';
import { after } from './deployments.js';

const query = {
  pack: word.optional().describe('Only of deployments with this pack.'),
  repository: word.optional(),
  target: word.optional(),
  after,
};

/** Which events are wanted. */
type Wanted = Readonly<Partial<Record<'pack' | 'repository' | 'target', string | undefined>>>;

/** What happens to all deployments. */
export const eventRoutes: readonly Route[] = [
  reading(
    {
      path: '/events',
      id: 'followEvents',
      group: 'Deployments',
      summary: 'What happens to all deployments, from now on or after an event',
      more: 'It never ends by itself. It begins with an event `joined`, whose id is where to go on. `after=0` begins with the first event of all. What a filter asks for is looked up as each event is sent: a deployment has no target, and perhaps no packs, before it is planned.',
      query,
      answer: { events: { joined: z.object({}), message: fedEvent } },
    },
    async ({ viewer, query: { after: given, ...wanted }, lastEventId }, deps) => {
      const isNew = lastEventId === undefined && given === undefined;
      const from = isNew ? await deps.deployments.newestEvent() : resumeAfter(lastEventId, given);
      const isWanted = (event: FedEvent) => fits(aboutDeployment(event.of), wanted, viewer);
      return ok({
        open: (signal: AbortSignal) => fedEvents(deps, { after: from, signal }, isWanted),
      });
    },
  ),
];

function fits(about: About, { pack, repository, target }: Wanted, viewer: Viewer): boolean {
  if (repository !== undefined && about.repository !== repository) return false;
  if (target !== undefined && about.target !== target) return false;
  if (pack !== undefined && !about.packs?.includes(pack)) return false;
  return viewer.sees('history', about);
}

async function* fedEvents(
  deps: ApiDeps,
  follower: FeedFollower,
  isWanted: (event: FedEvent) => boolean,
): AsyncGenerator<StreamEvent> {
  yield { id: String(follower.after), event: 'joined', data: '{}' };
  for await (const events of followAll(deps.deployments, follower)) {
    const wanted = events.filter(isWanted);
    if (wanted.length === 0) yield {};
    for (const event of wanted)
      yield { id: String(event.id), data: JSON.stringify(shown(deps.redactor, told(event))) };
  }
}

function told({ of, ...event }: FedEvent): object {
  const { repository, target, packs = [] } = aboutDeployment(of);
  return { ...event, repository, target, packs };
}
