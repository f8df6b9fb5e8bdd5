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

/** Claims branches whose time has come, as many as there are free places, and looks at them. */
export class Watcher {
  readonly #deps: AutomationDeps;
  readonly #places: readonly {
    readonly areFailing: boolean;
    readonly most: number;
    readonly taken: Set<string>;
  }[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #config: Config | undefined;
  #filling: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(deps: AutomationDeps, { tickMs = 1_000, atOnce = 12, failingAtOnce = 4 }: Pace) {
    this.#deps = deps;
    this.#places = [
      { areFailing: false, most: atOnce, taken: new Set() },
      { areFailing: true, most: failingAtOnce, taken: new Set() },
    ];
    this.#timer = setInterval(() => this.fill(), tickMs).unref();
  }

  /** Fills the free places; once more if it is wanted meanwhile. */
  fill(): void {
    this.#isWanted = true;
    if (this.#filling !== undefined || this.#isStopped) return;
    this.#filling = this.#fillNow()
      .catch((error: unknown) => {
        if (!this.#isStopped) this.#deps.log.warn({ err: error }, 'looking for pushes failed');
      })
      .finally(() => {
        this.#filling = undefined;
        if (this.#isWanted && !this.#isStopped) this.fill();
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
    this.#isWanted = false;
    const { db, config, clock, serverId: server } = this.#deps;
    const now = config();
    const watched = watchedBranches(now);
    if (now !== this.#config) await addWatches(db, watched, clock.now());
    this.#config = now;
    for (const place of this.#places) {
      // One that is looked at here is not claimed again, though its lease may be over before its look has ended.
      const among = watched.filter((key) => !this.#places.some(({ taken }) => taken.has(nameOf(key))));
      const at = clock.now();
      const until = new Date(at.getTime() + leaseMs);
      const limit = place.most - place.taken.size;
      const { areFailing } = place;
      const claimed = await claimWatches(db, { among, server, at, until, limit, areFailing });
      for (const watch of claimed) this.#begin(watch, place.taken);
    }
  }

  #begin(watch: Watch, taken: Set<string>): void {
    const name = nameOf(watch);
    taken.add(name);
    const done = this.#look(watch)
      .catch((error: unknown) => {
        if (!this.#isStopped)
          this.#deps.log.warn({ err: error, repository: watch.repository }, 'a look at a repository broke');
      })
      .finally(() => {
        taken.delete(name);
        this.#underWay.delete(done);
        this.fill();
      });
    this.#underWay.add(done);
  }

  async #look(watch: Watch): Promise<void> {
    const { db, config, clock, serverId: server } = this.#deps;
    const repository = config().repositories.get(watch.repository);
    if (!isAutomatic(repository)) return;
    const renewing = setInterval(() => void this.#renew(watch), renewEveryMs).unref();
    try {
      const seen = await this.#seen(repository, watch);
      // What was cut off by the stop says nothing about the remote.
      if (this.#isStopped && seen.kind === 'failed') return;
      const looked = lookedAt(seen, { watch, repository, at: clock.now() });
      tellOnce(this.#deps, watch, looked);
      await endLook(db, watch, server, looked);
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
