import type { Config } from '../config/config.js';
import type { ChannelAddress } from '../core/actor.js';
import { accountName, accountsOf } from '../core/identity.js';
import { packName, withPackNames } from '../core/pack-names.js';
import { ok } from '../core/result.js';
import { openBorrows } from '../store/borrows.js';
import { findDeployments, listDeploymentIds } from '../store/deployments.js';
import { eventsOf } from '../store/events.js';
import { feedAfter, newestEvent } from '../store/feed.js';
import { openLocks } from '../store/locks.js';
import { readQueue } from '../store/queue.js';
import { adoptables } from './adopt/match.js';
import { borrowView } from './borrows/stranded.js';
import { enterDoor } from './door.js';
import { lifeOf } from './life.js';
import { whoIs } from './linking/who.js';
import { liveViews } from './live-views.js';
import { packViews } from './pack-views.js';
import type { Call, DeploymentFilter, Deployments, DeploymentView, Feed } from './service.js';
import type { ServiceDeps } from './service-deps.js';
import { callOf, viewsOf } from './views.js';
import { whyOf } from './why.js';

const defaultLimit = 20;

/** Makes the one door to everything about deployments. */
export function createDeployments(deps: ServiceDeps): Deployments {
  const { db, planner, changes } = deps;
  return {
    request: (request) => enterDoor(deps, request),
    async diff(intent) {
      const plan = await planner.plan(withPackNames(intent));
      return plan.ok ? ok({ plan: plan.value, packs: plan.value.packs }) : plan;
    },
    async get(id) {
      const [view] = await viewsOf(deps, await findDeployments(db, [id]));
      return view;
    },
    list: (filter) => list(deps, filter),
    life: (pack) => lifeOf(deps, packName(pack)),
    queue: (pack) => queue(deps, pack),
    live: (pack) => liveViews(db, pack),
    packs: (pack) => packViews(deps, pack),
    why: (pack) => whyOf(deps, pack),
    calls: (channel) => calls(deps, channel),
    adoptable: () => adoptables(deps),
    whoIs: async (actor) => whoIs(deps.config(), deps.links.current(), actor),
    locks: () => openLocks(db, deps.clock.now()),
    borrows: async () => (await openBorrows(db)).map((one) => borrowView(deps.config(), one)),
    news: (question) => deps.desk.preview(question),
    draftAt: (thread) => deps.desk.draftAt(thread),
    events: (deployment, after) => eventsOf(db, deployment, after),
    feed: (after) => feed(deps, after),
    newestEvent: () => newestEvent(db),
    onChange: changes.subscribe,
  };
}

async function feed({ db }: ServiceDeps, after: number): Promise<Feed> {
  const { events, isCutShort } = await feedAfter(db, after);
  const numbers = [...new Set(events.map(({ deployment }) => deployment))];
  const deployments = new Map((await findDeployments(db, numbers)).map((one) => [one.id, one]));
  const known = events.flatMap((event) => {
    const of = deployments.get(event.deployment);
    return of === undefined ? [] : [{ ...event, of }];
  });
  return { events: known, next: events.at(-1)?.id ?? after, isCutShort };
}

async function list(
  { db, config }: ServiceDeps,
  { requester: name, limit = defaultLimit, ...filter }: DeploymentFilter,
) {
  const requester = name === undefined ? undefined : { name, accounts: accountsNamed(config(), name) };
  return await findDeployments(db, await listDeploymentIds(db, { ...filter, limit, requester }));
}

/** The accounts of the person of a name, or of whoever has the account that is written as `platform:id`. */
function accountsNamed({ access: { people } }: Config, name: string): readonly string[] {
  const person = people.find((one) => one.name === name);
  if (person !== undefined) return [...person.accounts, ...(person.linked ?? [])].map(accountName);
  const colon = name.indexOf(':');
  if (colon < 0) return [];
  const account = { platform: name.slice(0, colon), userId: name.slice(colon + 1), name };
  return accountsOf(people, account).map(accountName);
}

async function queue(deps: ServiceDeps, pack: string | undefined): Promise<DeploymentView[]> {
  const entries = await readQueue(deps.db);
  const queued = entries.filter((e) => pack === undefined || e.packs.includes(pack)).map((e) => e.deployment);
  // Those that are still being planned have no place yet: they come last.
  const open = await listDeploymentIds(deps.db, { open: true, limit: 1_000 });
  const unplanned = open.filter((id) => !entries.some((e) => e.deployment === id)).reverse();
  const ids = pack === undefined ? [...queued, ...unplanned] : queued;
  return await viewsOf(deps, await findDeployments(deps.db, ids));
}

async function calls(deps: ServiceDeps, channel: ChannelAddress | undefined): Promise<Call[]> {
  const open = (await readQueue(deps.db)).map(callOf).filter((call) => call !== undefined);
  if (channel === undefined) return open;
  const isHere = (origin: ChannelAddress | undefined) =>
    origin?.platform === channel.platform && origin.channel === channel.channel;
  return open.filter((call) => isHere(call.origin));
}
