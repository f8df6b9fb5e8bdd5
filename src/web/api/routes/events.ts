import { z } from 'zod';
import { type About, aboutDeployment } from '../../../core/about.js';
import { ok, type Result } from '../../../core/result.js';
import type { FedEvent } from '../../../deployments/service.js';
import { type FeedFollower, followAll } from '../../follow.js';
import type { StreamEvent } from '../../sse.js';
import { check, shown } from '../answers.js';
import type { ApiDeps, Route } from '../route.js';
import { fedEvent } from '../schemas/events.js';
import { word } from '../schemas/requests.js';
import { reading, type Viewer } from '../viewer.js';
import { after, eventId } from './deployments.js';

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
      const from = await begin(deps, lastEventId ?? given);
      if (!from.ok) return from;
      const isWanted = (event: FedEvent) => fits(aboutDeployment(event.of), wanted, viewer);
      return ok({
        open: (signal: AbortSignal) => fedEvents(deps, { after: from.value, signal }, isWanted),
      });
    },
  ),
];

/** The event after which it begins; one that is yet to come is taken for the newest, as after a restore. */
async function begin({ deployments }: ApiDeps, given: string | undefined): Promise<Result<number>> {
  const newest = await deployments.newestEvent();
  if (given === undefined) return ok(newest);
  const read = check(eventId, given);
  return read.ok ? ok(Math.min(Number(read.value), newest)) : read;
}

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
