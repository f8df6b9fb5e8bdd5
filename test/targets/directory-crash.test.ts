import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/core/result.js';
import type { Target } from '../../src/core/target.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { type FailingFiles, fullAt, KilledError, killedAt } from './failing-files.js';
import { fillOf, movableClock, mustBeOk, numberAt, outcome, releaseOf, temporaryFolder } from './fixture.js';

const [first, second] = [releaseOf('beans', 1), releaseOf('beans', 2)];
const foreign = 99;

/** A story: what is there, the call that is cut short, and what may be seen at the pack's place afterwards. */
interface Story {
  readonly name: string;
  readonly before: (target: Target, root: string) => Promise<unknown>;
  readonly call: (target: Target) => Promise<Result<void>>;
  /** The deployments that may be live once it was cut short; undefined is an empty place. */
  readonly meanwhile: readonly (number | undefined)[];
  readonly after: number | undefined;
}

async function stage(target: Target, release = first): Promise<void> {
  mustBeOk(await target.stage(release, fillOf(release.deployment), 100));
}
async function goLive(target: Target, release = first, expected?: string): Promise<void> {
  await stage(target, release);
  mustBeOk(await target.activate({ release, expected, adopt: false }));
}
async function putForeign(root: string): Promise<void> {
  await mkdir(join(root, 'beans', 'actions'), { recursive: true });
  for (const file of ['pack.yaml', 'actions/second.yaml'])
    await writeFile(join(root, 'beans', file), `n: ${foreign}\n# the end\n`);
}

const stories: readonly Story[] = [
  {
    name: 'staging a first release',
    before: async () => {},
    call: (target) => target.stage(first, fillOf(1), 100),
    meanwhile: [undefined],
    after: undefined,
  },
  {
    name: 'staging another release',
    before: (target) => goLive(target),
    call: (target) => target.stage(second, fillOf(2), 100),
    meanwhile: [1],
    after: 1,
  },
  {
    name: 'activating a first release',
    before: (target) => stage(target),
    call: (target) => target.activate({ release: first, expected: undefined, adopt: false }),
    meanwhile: [undefined, 1],
    after: 1,
  },
  {
    name: 'activating over a release',
    before: async (target) => {
      await goLive(target);
      await stage(target, second);
    },
    call: (target) => target.activate({ release: second, expected: first.id, adopt: false }),
    meanwhile: [1, 2],
    after: 2,
  },
  {
    name: 'adopting a folder',
    before: async (target, root) => {
      await putForeign(root);
      await stage(target);
    },
    call: (target) => target.activate({ release: first, expected: undefined, adopt: true }),
    meanwhile: [foreign, undefined, 1],
    after: 1,
  },
  {
    name: 'restoring the previous release',
    before: async (target) => {
      await goLive(target);
      await goLive(target, second, first.id);
    },
    call: (target) => target.restore(second, first.id),
    meanwhile: [2, 1],
    after: 1,
  },
  {
    name: 'restoring to nothing',
    before: (target) => goLive(target),
    call: (target) => target.restore(first, undefined),
    meanwhile: [1, undefined],
    after: undefined,
  },
  {
    name: 'restoring what was adopted',
    before: async (target, root) => {
      await putForeign(root);
      await stage(target);
      mustBeOk(await target.activate({ release: first, expected: undefined, adopt: true }));
    },
    call: (target) => target.restore(first, undefined),
    meanwhile: [1, undefined, foreign],
    after: foreign,
  },
  {
    name: 'pruning',
    before: async (target) => {
      await goLive(target);
      await goLive(target, second, first.id);
      for (const n of [3, 4, 5]) await stage(target, releaseOf('beans', n));
    },
    call: async (target) => {
      await target.prune('beans', 2);
      return { ok: true, value: undefined };
    },
    meanwhile: [2],
    after: 2,
  },
];

/** Plays a story with one failure in it; tells whether the failure was reached, and checks everything around it. */
async function play(
  story: Story,
  failing: FailingFiles,
  mayEnd: (outcome: string) => boolean,
): Promise<boolean> {
  await using folder = await temporaryFolder();
  const options = { name: 'default', path: folder.path, clock: movableClock() };
  const live = () => numberAt(join(folder.path, 'beans'));
  await story.before(createDirectoryTarget(options), folder.path);

  const cut = createDirectoryTarget({ ...options, files: failing.files });
  const ending = await story.call(cut).then(outcome, endingOf);
  expect(mayEnd(ending), `it ended with ${ending}`).toBe(true);
  expect(story.meanwhile).toContain(await live());

  const again = createDirectoryTarget(options);
  mustBeOk(await story.call(again));
  expect(await live()).toBe(story.after);
  await again.prune('beans', 5);
  expect(await readdir(join(folder.path, '.packtrain', 'staging'))).toEqual([]);
  expect(await again.check()).toEqual([]);
  return failing.reached();
}

function endingOf(error: unknown): string {
  if (error instanceof KilledError) return 'killed';
  throw error;
}

/** Plays a story once for each effect that it has. */
async function playAll(
  story: Story,
  failAt: (nth: number) => FailingFiles,
  mayEnd: (outcome: string) => boolean,
) {
  let nth = 0;
  while (await play(story, failAt(nth), mayEnd)) nth += 1;
  return nth;
}

describe.each(stories)('$name', (story) => {
  it('is whole when killed before any of its effects, and a repeat completes it', async () => {
    const effects = await playAll(story, killedAt, (ending) => ending === 'killed' || ending === 'ok');
    expect(effects).toBeGreaterThan(5);
  });

  it('loses nothing when the disk is full at any write, and says so', async () => {
    const writes = await playAll(story, fullAt, (ending) => ending === 'target-full' || ending === 'ok');
    expect(writes).toBeGreaterThan(1);
  });
});
