import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { packtrainItself } from '../../src/core/actor.js';
import { isEnd } from '../../src/core/deployment.js';
import type { Intent, Request } from '../../src/core/intent.js';
import type { Result } from '../../src/core/result.js';
import type { Accepted, Call } from '../../src/deployments/service.js';
import { wrongsNow, wrongTellings } from '../fixtures/borrow-checks.js';
import { branches, packNames, people, type Step, stories, type Timed } from '../fixtures/borrow-model.js';
import { makeWatch, type Watch } from '../fixtures/borrow-watch.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { createDatabase, type TestDatabase } from '../fixtures/postgres.js';

const minute = 60_000;
// More: PACKTRAIN_MODEL_RUNS=50; one that failed again: PACKTRAIN_MODEL_SEED=…, and PACKTRAIN_MODEL_SHRINK=1.
const runs = Number(process.env.PACKTRAIN_MODEL_RUNS ?? 2);
const seed = process.env.PACKTRAIN_MODEL_SEED;
const isShrinking = process.env.PACKTRAIN_MODEL_SHRINK !== undefined;

interface World {
  readonly depot: Depot;
  readonly database: TestDatabase;
  readonly watch: Watch;
  readonly branchPoint: string;
  said: number;
}

let world: World | undefined;

async function openWorld(): Promise<World> {
  const database = await createDatabase('ready');
  let depot: Depot | undefined;
  const now = () => depot?.now() ?? new Date();
  const watch = makeWatch(database.query, { now, isAdmin: (name) => name === 'ann' });
  depot = await openDepot({
    databaseUrl: database.url,
    config: 'admins: [ann]\nqueue: { confirm_within: 5m, phrases: ["alas! ear wax!", "a teapot!"] }\n',
    dueEveryMs: 100,
    wrapTarget: watch.wrap,
  });
  const branchPoint = await depot.repository.sha('main');
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  for (const branch of branches) {
    await depot.repository.setBranch(branch, branchPoint);
    for (const pack of packNames) await change(depot, branch, pack, branch);
  }
  // Everybody has said something, so that a pack can be given to them.
  for (const name of people)
    await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } }, name);
  return { depot, database, watch, branchPoint, said: 0 };
}

async function change(depot: Depot, branch: string, pack: string, says: string): Promise<void> {
  await depot.repository.commit(packFiles(pack, { root: `packs/${pack}/`, says }), { branch });
}

async function closeWorld(): Promise<void> {
  const closing = world;
  world = undefined;
  await closing?.depot.close();
  await closing?.database.drop();
}

afterEach(closeWorld);

function ask(
  w: World,
  who: string,
  intent: Intent,
  door: 'chat' | 'cli' | 'push' = 'chat',
): Promise<Result<Accepted>> {
  w.said += 1;
  const requester = door === 'push' ? packtrainItself : { platform: 'web', userId: who, name: who };
  const origin = { platform: 'web', channel: w.said % 3 === 0 ? 'general' : 'ops' };
  const request: Request = { key: `model-${w.said}`, intent, requester, via: door };
  return w.depot.deployments.request(door === 'chat' ? { ...request, origin } : request);
}

async function act(w: World, step: Step): Promise<void> {
  const { depot } = w;
  switch (step.kind) {
    case 'ask':
      await ask(w, await personOf(w, step), step.intent, step.door);
      return;
    case 'confirm':
      return await confirm(w, step);
    case 'cancel':
    case 'defer':
      return await cancelOrDefer(w, step);
    case 'pass':
      return depot.passTime(step.minutes * minute);
    case 'commit':
      w.said += 1;
      return await change(depot, step.branch, step.pack, `${step.branch} ${w.said}`);
    case 'rewind':
      return await depot.repository.setBranch(step.branch, w.branchPoint);
    case 'why':
      await depot.deployments.why(step.pack);
      return;
    case 'restart':
      return await depot.restart();
  }
}

async function personOf(w: World, { who, intent }: Step & { kind: 'ask' }): Promise<string> {
  if (who !== 'holder') return who;
  const pack = 'pack' in intent ? intent.pack : undefined;
  const borrow = (await w.depot.deployments.borrows()).find((b) => pack === undefined || b.pack === pack);
  return borrow?.holder.name ?? 'bob';
}

async function confirm(w: World, step: Step & { kind: 'confirm' }): Promise<void> {
  const calls = await w.depot.deployments.calls();
  const call = calls[step.which % Math.max(calls.length, 1)];
  if (call === undefined) return;
  const who = step.who === 'requester' ? call.requester.name : otherThan(call);
  const word = () => ask(w, who, { kind: 'confirm', deployment: call.deployment });
  const answers = await Promise.all(step.times === 1 ? [word()] : [word(), word()]);
  const taken = answers.filter((answer) => answer.ok).length;
  if (step.who === 'other') expect(taken).toBe(0);
  expect(taken).toBeLessThanOrEqual(1);
}

function otherThan(call: Call): string {
  return people.find((name) => name !== call.requester.name) ?? '';
}

async function cancelOrDefer(w: World, step: Step & { kind: 'cancel' | 'defer' }): Promise<void> {
  const queue = await w.depot.deployments.queue();
  const view = queue[step.which % Math.max(queue.length, 1)];
  if (view === undefined) return;
  const { id, requester } = view.deployment;
  const who = step.isOwn ? requester.name : 'bob';
  await ask(w, who, { kind: step.kind, deployment: id });
}

async function play(w: World, story: readonly Timed[]): Promise<void> {
  let open: Promise<void>[] = [];
  for (const { step, pauseMs } of story) {
    if (step.kind === 'restart') {
      await Promise.all(open);
      open = [];
    }
    const acting = act(w, step);
    acting.catch(() => undefined);
    open.push(acting);
    if (pauseMs > 0) await sleep(pauseMs);
    if (step.kind === 'restart') await acting;
    expect(await wrongsNow(w.database.query)).toEqual([]);
    expect(w.watch.wrongs).toEqual([]);
  }
  await Promise.all(open);
}

/** Everything is unlocked, everybody says their phrase, and time passes: then all must end by itself. */
async function calmDown(w: World): Promise<void> {
  for (let round = 0; round < 300; round++) {
    if (round % 15 === 0) w.depot.passTime(61 * minute);
    for (const lock of await w.depot.deployments.locks())
      await ask(w, 'ann', { kind: 'unlock', scope: lock.scope });
    for (const call of await w.depot.deployments.calls())
      await ask(w, call.requester.name, { kind: 'confirm', deployment: call.deployment });
    expect(await wrongsNow(w.database.query)).toEqual([]);
    expect(w.watch.wrongs).toEqual([]);
    const open = await w.depot.deployments.list({ open: true });
    if (open.length === 0 && (await w.depot.deployments.borrows()).length === 0) return;
    await sleep(100);
  }
  const open = await w.depot.deployments.queue();
  throw new Error(`something waits for ever: ${JSON.stringify([open, await w.depot.deployments.borrows()])}`);
}

async function checkTheEnd(w: World): Promise<void> {
  const { depot } = w;
  expect(await wrongTellings(w.database.query)).toEqual([]);
  const all = await depot.deployments.list({ limit: 1_000 });
  expect(all.filter((d) => !isEnd(d.status))).toEqual([]);
  expect(all.filter((d) => d.status === 'errored').map((d) => [d.id, d.refusal, d.packs])).toEqual([]);
  for (const { pack, live } of await depot.deployments.live())
    expect(await depot.link(pack)).toContain(live.release);
  for (const pack of packNames) expect(await depot.deployments.why(pack)).toMatchObject({ ok: true });
}

describe('any story of people, pushes, time and restarts', () => {
  it(
    'keeps the promises of the queue, the borrows and the phrases, and everything ends',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          world ??= await openWorld();
          try {
            await play(world, story);
            await calmDown(world);
            await checkTheEnd(world);
          } catch (error) {
            await closeWorld();
            throw error;
          }
        }),
        { numRuns: runs, endOnFailure: !isShrinking, ...(seed === undefined ? {} : { seed: Number(seed) }) },
      );
    },
    60_000 + runs * 60_000,
  );
});
