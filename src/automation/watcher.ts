import type { Config } from '../config/config.js';
import { errorMessage } from '../core/error-message.js';
import { refuse } from '../core/reason.js';
import { within } from '../core/within.js';
import {
  addWatches,
  claimWatches,
  endLook,
  type Looked,
  renewWatch,
  type Watch,
  type WatchKey,
} from '../store/watches.js';
import { type Automatic, type AutomationDeps, isAutomatic, watchedBranches } from './deps.js';
import { lookAtBranch, type Seen } from './look.js';
import { defaultPollEveryMs, mostTriesForHint, untilHintAgain, untilNextLook } from './timing.js';

/** How the looks are paced. */
export interface Pace {
  /** How often it is looked whose time has come, in milliseconds. */
  readonly tickMs?: number;
  /** How many looks there are at a time. */
  readonly atOnce?: number;
  /** And of remotes that failed last, besides: those that hang hold up only each other. */
  readonly failingAtOnce?: number;
}

const leaseMs = 60_000;
const looksEndWithinMs = 1_500;
const renewEveryMs = 20_000;

/** Looks at a time, of remotes of one kind. */
interface Lane {
  readonly areFailing: boolean;
  readonly most: number;
  /** What is looked at now. */
  readonly taken: Set<string>;
  /** Whether something may be due that nobody looks at. */
  mayBeMore: boolean;
}

/** Claims branches whose time has come, as many as there are free places, and looks at them. */
export class Watcher {
  readonly #deps: AutomationDeps;
  readonly #lanes: readonly Lane[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #config: Config | undefined;
  #watched: readonly WatchKey[] = [];
  #filling: Promise<void> | undefined;
  #isStopped = false;

  constructor(deps: AutomationDeps, { tickMs = 1_000, atOnce = 12, failingAtOnce = 4 }: Pace) {
    this.#deps = deps;
    this.#lanes = [
      { areFailing: false, most: atOnce, taken: new Set(), mayBeMore: true },
      { areFailing: true, most: failingAtOnce, taken: new Set(), mayBeMore: true },
    ];
    this.#timer = setInterval(() => this.fill(), tickMs).unref();
  }

  /** Fills the free places with what is due now. */
  fill(): void {
    for (const lane of this.#lanes) lane.mayBeMore = true;
    this.#refill();
  }

  /** Fills places that have become free, as long as more may be due: not each look that ends is a question. */
  #refill(): void {
    const isWanted = this.#lanes.some(({ mayBeMore, most, taken }) => mayBeMore && taken.size < most);
    if (!isWanted || this.#filling !== undefined || this.#isStopped) return;
    this.#filling = this.#fillNow()
      .catch((error: unknown) => {
        if (!this.#isStopped) this.#deps.log.warn({ err: error }, 'looking for pushes failed');
      })
      .finally(() => {
        this.#filling = undefined;
        this.#refill();
      });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#filling;
    // No longer than this, for a remote that hangs is not waited for; what is kept is gone on with after the next start.
    await within(looksEndWithinMs, Promise.all(this.#underWay));
  }

  async #fillNow(): Promise<void> {
    const { db, config, clock } = this.#deps;
    const wanted = this.#lanes.filter(({ mayBeMore }) => mayBeMore);
    // Before it is asked: what becomes due meanwhile is asked for again, and what can't be asked waits for the next tick.
    for (const lane of wanted) lane.mayBeMore = false;
    const now = config();
    if (now !== this.#config) {
      this.#watched = watchedBranches(now);
      await addWatches(db, this.#watched, clock.now());
      this.#config = now;
    }
    for (const lane of wanted) await this.#fillLane(lane);
  }

  async #fillLane(lane: Lane): Promise<void> {
    const { db, clock, serverId: server } = this.#deps;
    const { areFailing, most, taken } = lane;
    // One that is looked at here is not claimed again, though its lease may be over before its look has ended.
    const among = this.#watched.filter((key) => !this.#lanes.some((one) => one.taken.has(nameOf(key))));
    const at = clock.now();
    const until = new Date(at.getTime() + leaseMs);
    const limit = most - taken.size;
    const claimed = await claimWatches(db, { among, server, at, until, limit, areFailing });
    if (claimed.length === limit) lane.mayBeMore = true;
    for (const watch of claimed) this.#begin(watch, taken);
  }

  #begin(watch: Watch, taken: Set<string>): void {
    const name = nameOf(watch);
    taken.add(name);
    const done = this.#look(watch)
      .catch((error: unknown) => {
        if (!this.#isStopped)
          this.#deps.log.warn({ err: error, repository: watch.repository }, 'a look at a repository broke');
        return false;
      })
      .then((isDueAgain) => {
        taken.delete(name);
        this.#underWay.delete(done);
        if (isDueAgain) this.fill();
        else this.#refill();
      });
    this.#underWay.add(done);
  }

  /** @returns whether it is due again at once */
  async #look(watch: Watch): Promise<boolean> {
    const { db, config, clock, serverId: server } = this.#deps;
    const repository = config().repositories.get(watch.repository);
    if (!isAutomatic(repository)) return false;
    const renewing = setInterval(() => void this.#renew(watch), renewEveryMs).unref();
    try {
      const seen = await this.#seen(repository, watch);
      // What was cut off by the stop says nothing about the remote.
      if (this.#isStopped && seen.kind === 'failed') return false;
      const looked = lookedAt(seen, { watch, repository, at: clock.now() });
      tellOnce(this.#deps, watch, looked);
      return await endLook(db, watch, server, looked);
    } finally {
      clearInterval(renewing);
    }
  }

  /** What breaks is a problem too: it is said, and tried again ever more seldom. */
  async #seen(repository: Automatic, watch: Watch): Promise<Seen> {
    try {
      return await lookAtBranch(this.#deps, repository, watch);
    } catch (error) {
      return {
        kind: 'failed',
        refusal: refuse('step-failed', { step: 'look', message: errorMessage(error) }),
      };
    }
  }

  async #renew(key: WatchKey): Promise<void> {
    const { db, clock, serverId: server, log } = this.#deps;
    const until = new Date(clock.now().getTime() + leaseMs);
    await renewWatch(db, key, { server, until }).catch((error: unknown) =>
      log.debug({ err: error }, 'a look could not be kept'),
    );
  }
}

function nameOf({ repository, branch }: WatchKey): string {
  return JSON.stringify([repository, branch]);
}

function lookedAt(
  seen: Seen,
  { watch, repository, at }: { watch: Watch; repository: Automatic; at: Date },
): Looked {
  const everyMs = repository.autoDeployment.pollEveryMs ?? defaultPollEveryMs;
  const after = (ms: number) => ({ at, nextLookAt: new Date(at.getTime() + ms) });
  const attempts = watch.attempts + 1;
  if (seen.kind === 'again') return { ...after(0), attempts: watch.attempts, keepsHint: true };
  if (seen.kind === 'failed')
    return {
      ...after(untilNextLook(everyMs, attempts, Math.random())),
      attempts,
      refusal: seen.refusal,
      keepsHint: true,
    };
  if (seen.kind === 'not-yet' && attempts < mostTriesForHint)
    return { ...after(untilHintAgain(everyMs, attempts)), attempts, refusal: seen.refusal, keepsHint: true };
  return { ...after(untilNextLook(everyMs, 0, Math.random())), attempts: 0, keepsHint: false };
}

/** Says what is the matter when it begins and when it is over, not at every look. */
function tellOnce({ log }: AutomationDeps, watch: Watch, { refusal }: Looked): void {
  const { repository, branch, problem } = watch;
  if (refusal !== undefined && refusal.code !== problem?.refusal.code)
    log.warn({ repository, branch, refusal }, 'what is pushed can not be seen');
  if (refusal === undefined && problem !== undefined)
    log.info({ repository, branch }, 'what is pushed can be seen again');
}
