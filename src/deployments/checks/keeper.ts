import { AsyncResource } from 'node:async_hooks';
import type { Log } from '../../core/log.js';
import { sentence } from '../../core/reason.js';
import { forgetFacts } from '../../store/check-facts.js';
import {
  type CheckWait,
  claimAsks,
  claimLate,
  type DueAsk,
  keepAsked,
  postponeAsk,
  waitersFor,
} from '../../store/check-waits.js';
import { appendEvents } from '../../store/events.js';
import type { DoorDeps } from '../service-deps.js';
import type { Asker } from './asker.js';
import { recordFacts } from './checks.js';
import { judge, rulesOf } from './judge.js';
import { openNames } from './names.js';

const claimMs = 60_000;
const atOnce = 6;
const firstAskMs = 10_000;
const longestAskMs = 5 * 60_000;
const keepFactsMs = 90 * 86_400_000;
const forgetEveryMs = 3_600_000;

/** What the keeper works with. */
export interface KeeperDeps extends DoorDeps {
  readonly asker: Asker;
}

/** Looks after those who wait for checks. */
export interface ChecksKeeper {
  /** Looks at once for what is due. */
  poke(): void;
  /** Stops, once what is being asked was answered. */
  stop(): Promise<void>;
}

/**
 * Starts to ask hosts about commits that somebody waits for, at once and then at growing intervals, since webhooks get
 * lost, and to tell of checks that take too long. All of it stands in the tables, so it goes on after any crash, on whichever server.
 */
export function keepChecks(deps: KeeperDeps, everyMs = 1_000): ChecksKeeper {
  let isStopped = false;
  let isWanted = false;
  let looking: Promise<void> | undefined;
  const asking = new Set<Promise<void>>();
  const timer = setInterval(() => look(), everyMs).unref();
  const forget = setInterval(() => void forgetOld(), forgetEveryMs).unref();

  // Whoever pokes may be a step of the engine, in whose name nothing of this is done.
  const look = AsyncResource.bind(() => {
    isWanted = true;
    looking ??= lookWhileWanted().finally(() => {
      looking = undefined;
    });
  });

  async function lookWhileWanted(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      await lookOnce().catch((error: unknown) => warn(deps.log, error));
    }
  }

  async function lookOnce(): Promise<void> {
    if (!hasRules(deps)) return;
    await tellLate(deps);
    const now = deps.clock.now();
    const until = new Date(now.getTime() + claimMs);
    const most = atOnce - asking.size;
    if (most <= 0) return;
    for (const due of await claimAsks(deps.db, { now, until, most })) begin(due);
  }

  function begin(due: DueAsk): void {
    const done = askAbout(deps, due)
      .catch((error: unknown) => warn(deps.log, error))
      .finally(() => {
        asking.delete(done);
        // What was not taken for want of room is due already.
        look();
      });
    asking.add(done);
  }

  async function forgetOld(): Promise<void> {
    const before = new Date(deps.clock.now().getTime() - keepFactsMs);
    await forgetFacts(deps.db, before).catch((error: unknown) => warn(deps.log, error));
  }

  function warn(log: Log, error: unknown): void {
    // While the database is being closed, that is no news.
    if (!isStopped) log.warn({ err: error }, 'looking after checks failed');
  }

  return {
    poke: look,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearInterval(forget);
      await looking;
      await Promise.all(asking);
    },
  };
}

function hasRules({ config }: KeeperDeps): boolean {
  return [...config().repositories.values()].some((one) => one.autoDeployment?.checks !== undefined);
}

async function askAbout(deps: KeeperDeps, due: DueAsk): Promise<void> {
  const { repository, sha } = due;
  const pause = deps.asker.pause(repository);
  if (pause !== undefined && due.tries > 0) return await postponeAsk(deps.db, due, pause.until);
  const facts = await deps.asker.ask(repository, sha);
  const at = deps.clock.now();
  const after = deps.asker.pause(repository)?.until ?? new Date(at.getTime() + nextIn(due.tries));
  const refusal = facts.ok ? undefined : facts.refusal;
  if (facts.ok) await recordFacts(deps, repository, facts.value);
  await keepAsked(deps.db, due, { at, refusal, nextAt: after });
  const waiting = await waitersFor(deps.db, repository, [sha]);
  if (refusal !== undefined)
    await tellTrouble(deps, waiting, { code: refusal.code, line: sentence(refusal), at });
  // Who refuses what has failed waits for the answer, also when there is none.
  if (due.tries === 0) for (const deployment of waiting) await deps.engine.ring(deployment);
}

/** Said once in a deployment's log for each kind of trouble. */
async function tellTrouble(
  { db }: KeeperDeps,
  deployments: readonly number[],
  { code, line, at }: { code: string; line: string; at: Date },
): Promise<void> {
  const events = deployments.map((deployment) => ({
    ...{ deployment, key: `checks:trouble:${code}`, at },
    event: { kind: 'log' as const, line },
  }));
  await appendEvents(db, events);
}

// A tenth more or less, so that what began together does not stay together.
function nextIn(tries: number): number {
  return Math.min(firstAskMs * 1.5 ** tries, longestAskMs) * (0.9 + Math.random() / 5);
}

async function tellLate(deps: KeeperDeps): Promise<void> {
  const at = deps.clock.now();
  const late = await deps.db.transaction().execute(async (tx) => {
    const waits = await claimLate(tx, at);
    for (const wait of waits) await tellOfLate(deps, tx, wait, at);
    return waits;
  });
  for (const { deployment } of late) await deps.engine.ring(deployment);
}

async function tellOfLate(deps: KeeperDeps, tx: KeeperDeps['db'], wait: CheckWait, at: Date): Promise<void> {
  const rule = rulesOf(deps, wait.repository);
  const names = rule === undefined ? [] : openNames(await judge(tx, rule, wait));
  const event = { kind: 'checks', state: 'late', names } as const;
  await appendEvents(tx, [{ deployment: wait.deployment, key: `checks:late:${wait.sha}`, at, event }]);
}
