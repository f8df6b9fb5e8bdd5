import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Target } from '../../src/core/target.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { killedAt } from './failing-files.js';
import { fillOf, movableClock, mustBeOk, numberAt, outcome, releaseOf, temporaryFolder } from './fixture.js';
import {
  activateInModel,
  activationOf,
  byHand,
  emptyModel,
  idOf,
  type Model,
  type ModelActivation,
  managed,
  pruneInModel,
  restoreInModel,
} from './model.js';

interface Real {
  readonly root: string;
}
type Command = fc.AsyncCommand<Model, Real>;

const clock = movableClock();
const open = ({ root }: Real, files = killedAt(Number.POSITIVE_INFINITY).files) =>
  createDirectoryTarget({ name: 'default', path: root, clock, files });
const liveNumber = ({ root }: Real) => numberAt(join(root, 'beans'));

/** A call to the target, and the same in the model. */
interface Act {
  readonly name: string;
  readonly inModel: (model: Model) => string;
  readonly call: (target: Target) => Promise<string>;
}

/** Makes the call, first killed before its nth effect (never when it has fewer), then to its end. */
function command(nth: number, { name, inModel, call }: Act): Command {
  return {
    check: () => true,
    async run(model, real) {
      const before = model.live;
      const expected = inModel(model);
      await call(open(real, killedAt(nth).files)).catch(() => 'killed');
      const between = [before, model.live];
      // Only what somebody put there by hand has to leave its place before a link can take it.
      expect(between.includes(byHand) ? [...between, undefined] : between).toContain(await liveNumber(real));
      expect(await call(open(real))).toBe(expected);
      await agree(model, real);
    },
    toString: () => `${name} killed at ${nth}`,
  };
}

async function agree(model: Model, real: Real): Promise<void> {
  const target = open(real);
  expect(await liveNumber(real)).toBe(model.live);
  const ours = managed(model);
  const releases = ours === undefined ? [] : [releaseOf('beans', ours)];
  expect(mustBeOk(await target.list())).toEqual(releases);
  for (const release of releases) expect(outcome(await target.verify(release))).toBe('ok');
  const names = await readdir(join(real.root, '.packtrain', 'releases', 'beans')).catch(() => []);
  const staged = names.filter((name) => !name.includes('.'));
  expect(staged.sort()).toEqual([...model.staged].map((n) => releaseOf('beans', n).id).sort());
}

const stage = (deployment: number): Act => ({
  name: `stage ${deployment}`,
  inModel(model) {
    model.staged.add(deployment);
    return 'ok';
  },
  call: async (target) =>
    outcome(await target.stage(releaseOf('beans', deployment), fillOf(deployment), 100)),
});

const activate = (asked: ModelActivation): Act => ({
  name: `activate ${JSON.stringify(asked)}`,
  inModel: (model) => activateInModel(model, asked),
  call: async (target) => outcome(await target.activate(activationOf(asked))),
});

const restore = (deployment: number, previous: number | undefined): Act => ({
  name: `restore ${deployment} to ${previous}`,
  inModel: (model) => restoreInModel(model, deployment, previous),
  call: async (target) => outcome(await target.restore(releaseOf('beans', deployment), idOf(previous))),
});

const prune = (keep: number): Act => ({
  name: `prune to ${keep}`,
  inModel(model) {
    pruneInModel(model, keep);
    return 'ok';
  },
  async call(target) {
    await target.prune('beans', keep);
    return 'ok';
  },
});

/** As the workflow does it: the plan knows what is live, stages, and activates. */
function deploy(deployment: number, adopt: boolean, nth: number): Command {
  return {
    check: (model) => model.live !== deployment,
    async run(model, real) {
      const expected = managed(model);
      await command(nth, stage(deployment)).run(model, real);
      await command(nth, activate({ deployment, expected, adopt })).run(model, real);
    },
    toString: () => `deploy ${deployment}${adopt ? ' --adopt' : ''} killed at ${nth}`,
  };
}

const putByHand: Command = {
  check: (model) => model.live === undefined,
  async run(model, real) {
    await mkdir(join(real.root, 'beans'));
    await fillOf(byHand)(join(real.root, 'beans'));
    model.live = byHand;
  },
  toString: () => 'put there by hand',
};

const removeByHand: Command = {
  check: (model) => model.live !== undefined,
  async run(model, real) {
    await rm(join(real.root, 'beans'), { recursive: true });
    model.live = undefined;
  },
  toString: () => 'removed by hand',
};

const deployment = fc.integer({ min: 1, max: 9 });
const maybe = fc.option(deployment, { nil: undefined });
const nth = fc.nat({ max: 40 });
const activation = fc.record({ deployment, expected: maybe, adopt: fc.boolean() });

const commands = fc.commands(
  [
    fc.tuple(deployment, fc.boolean(), nth).map((args) => deploy(...args)),
    fc.tuple(nth, deployment.map(stage)).map((args) => command(...args)),
    fc.tuple(nth, activation.map(activate)).map((args) => command(...args)),
    fc
      .tuple(nth, deployment, maybe)
      .map(([kill, release, previous]) => command(kill, restore(release, previous))),
    fc.tuple(nth, fc.integer({ min: 1, max: 5 }).map(prune)).map((args) => command(...args)),
    fc.constant(putByHand),
    fc.constant(removeByHand),
  ],
  { maxCommands: 25 },
);

it('does what the model says, killed anywhere and repeated', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(commands, async (all) => {
    await using folder = await temporaryFolder();
    await fc.asyncModelRun(() => ({ model: emptyModel(), real: { root: folder.path } }), all);
  });
  await fc.assert(property, { numRuns: 60 });
});
