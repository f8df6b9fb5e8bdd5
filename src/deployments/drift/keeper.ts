import { type Drift, driftMark } from '../../core/drift.js';
import type { ActivationRecord } from '../../store/activations.js';
import { liveActivations } from '../../store/activations.js';
import {
  addDriftLooks,
  claimDriftLooks,
  dropDrift,
  dropDriftsBut,
  endDriftLook,
  keepDrift,
} from '../../store/drifts.js';
import { announce } from '../../store/events.js';
import { queueNotice } from '../../store/notices.js';
import { readQueue } from '../../store/queue.js';
import { type Catalog, createCatalog } from '../plan/catalog.js';
import type { DoorDeps } from '../service-deps.js';
import { driftOf } from './look.js';
import { resumeMended } from './resume.js';

const leaseMs = 10 * 60_000;
const againMs = 60_000;
const tickMs = 5_000;

/** Looks targets over for packs that somebody changed there. */
export interface DriftKeeper {
  /** Stops, once the pack that is being looked at is done. */
  stop(): Promise<void>;
}

/** What the keeper works with. */
export interface DriftKeeperDeps extends DoorDeps {
  /** Unique per server and the same after its restart. */
  readonly serverId: string;
}

/**
 * Starts to look over each target now and then, whichever server comes first. What is found stands in the tables; who is
 * concerned is told once, and again only when it is another or came back after it was mended.
 */
export function keepDriftWatch(deps: DriftKeeperDeps, everyMs = tickMs): DriftKeeper {
  const catalog = createCatalog(deps.git);
  let isStopped = false;
  let looking: Promise<void> | undefined;
  const looker: Looker = { ...deps, catalog, isStopped: () => isStopped, resumedAt: 0 };
  const tick = () => {
    looking ??= lookAtDue(looker)
      .then(() => resumeDue(looker))
      .catch((error: unknown) => {
        // While the database is being closed, that is no news.
        if (!isStopped) deps.log.warn({ err: error }, 'looking for drift failed');
      })
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(tick, everyMs).unref();
  tick();
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}

interface Looker extends DriftKeeperDeps {
  readonly catalog: Catalog;
  readonly isStopped: () => boolean;
  /** When it was looked last for packs that may go on, in milliseconds since 1970. */
  resumedAt: number;
}

async function lookAtDue(looker: Looker): Promise<void> {
  const { db, config, clock, serverId: server } = looker;
  const every = new Map(
    [...config().targets].flatMap(([name, { drift }]) =>
      drift?.everyMs === undefined ? [] : [[name, drift.everyMs]],
    ),
  );
  const at = clock.now();
  const among = [...every.keys()];
  await addDriftLooks(db, among, at);
  const claim = { among, server, at, until: new Date(at.getTime() + leaseMs) };
  for (const target of await claimDriftLooks(db, claim)) {
    const isDone = await lookAtTarget(looker, target);
    const waitMs = isDone ? (every.get(target) ?? againMs) : againMs;
    await endDriftLook(db, { target, server, nextAt: new Date(clock.now().getTime() + waitMs) });
  }
}

/** Goes on with what drift held up, far more often than all is looked over: somebody waits for that. */
async function resumeDue(looker: Looker): Promise<void> {
  const now = looker.clock.now().getTime();
  if (looker.isStopped() || now - looker.resumedAt < againMs) return;
  looker.resumedAt = now;
  const tools = { deps: looker, catalog: looker.catalog };
  for (const [name, { drift }] of looker.config().targets)
    if (drift?.everyMs !== undefined) await resumeMended(tools, name);
}

/** @returns false when it could not be looked at, or not at all of it */
async function lookAtTarget(looker: Looker, name: string): Promise<boolean> {
  const { db, log } = looker;
  const live = await liveActivations(db, { target: name });
  await dropDriftsBut(
    db,
    name,
    live.map(({ pack }) => pack),
  );
  for (const one of live) {
    if (looker.isStopped()) return false;
    const isLooked = await lookAtPack(looker, one).catch((error: unknown) => {
      log.warn({ err: error, target: name, pack: one.pack }, 'a pack could not be looked at for drift');
      return true;
    });
    if (!isLooked) return false;
  }
  return true;
}

async function lookAtPack(looker: Looker, one: ActivationRecord): Promise<boolean> {
  const { db, catalog, clock, log } = looker;
  const { pack, target: name, live } = one;
  const target = looker.targetNamed(name);
  if (target === undefined) return true;
  const drift = await driftOf({ deps: looker, catalog }, { target, pack, live });
  if (!drift.ok) {
    log.debug({ target: name, refusal: drift.refusal }, 'a target could not be looked at for drift');
    return false;
  }
  if (drift.value === undefined) {
    if (await dropDrift(db, one)) await announce(db, [0]);
    return true;
  }
  // Whoever deploys it at this moment changes it rightly; the next look sees.
  if (await isBeingChanged(looker, one)) return true;
  await tell(looker, one, drift.value);
  log.debug({ target: name, pack, at: clock.now() }, 'a pack has drifted');
  return true;
}

async function isBeingChanged({ db }: Looker, { target, pack, live }: ActivationRecord): Promise<boolean> {
  const [now] = await liveActivations(db, { target, packs: [pack] });
  const claims = (await readQueue(db, target)).filter((entry) => entry.grantedAt !== undefined);
  return now?.live.release !== live.release || claims.some(({ packs }) => packs.includes(pack));
}

/** Keeps a drift, and queues what is said of it where it is news: both or none. */
async function tell(looker: Looker, { pack, target, live }: ActivationRecord, drift: Drift): Promise<void> {
  const { db, config, clock, log } = looker;
  const at = clock.now();
  const repository = config().repositories.get(live.repository);
  const channel = repository?.autoDeployment?.notifyChannel ?? config().targets.get(target)?.drift?.channel;
  const isNews = await db.transaction().execute(async (tx) => {
    const mark = driftMark(drift);
    if (!(await keepDrift(tx, { target, pack, release: live.release, drift, mark, at }))) return false;
    const notice = { kind: 'drift', target, pack, ...live, drift } as const;
    const key = `drift:${target}:${pack}:${at.getTime()}`;
    await queueNotice(tx, {
      key,
      origin: channel === undefined ? undefined : { named: channel },
      notice,
      at,
    });
    return true;
  });
  if (!isNews) return;
  await announce(db, [0]);
  log.warn({ target, pack, drift }, 'a live pack was changed on its target');
}
