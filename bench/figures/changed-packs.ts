import { join } from 'node:path';
import { createRedactor } from '../../src/core/redact.js';
import type { Repository } from '../../src/core/repository.js';
import { createGit } from '../../src/git/git.js';
import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { spreadOf, timed } from '../statistics.js';

/** Commits between the two that are compared. */
const span = 1_000;

/** Finds the packs that changed over many commits, in turn with `git diff --name-only`. */
export async function measureChangedPacks(bench: Bench): Promise<Figure[]> {
  const { repository, byHand, runs } = bench;
  const [from, to] = await Promise.all([
    repository.git('rev-parse', `main~${span}`),
    repository.git('rev-parse', 'main'),
  ]);
  const ours: number[] = [];
  const raw: number[] = [];
  for (let run = 0; run < runs; run++) {
    raw.push(await timed(() => byHand.changedFiles(from, to)));
    ours.push(await once(bench, from, to));
  }
  const [spread, byHandSpread] = [spreadOf(ours), spreadOf(raw)];
  return [
    {
      name: `changed packs over ${span} commits`,
      value: spread.median,
      unit: 'ms',
      raw: { what: 'git diff --name-only', value: byHandSpread.median },
      target: { ratio: 2 },
      details: { ours: spread, byHand: byHandSpread },
    },
  ];
}

/** As a server does it that runs, but has read nothing of these commits before. */
async function once({ repository, folder }: Bench, from: string, to: string): Promise<number> {
  const dataDir = join(folder, 'git');
  const git = createGit({ dataDir, redactor: createRedactor(), env: (name) => process.env[name] });
  const kitchen: Repository = {
    name: 'Kitchen',
    url: repository.url,
    subtree: 'packs',
    target: 'default',
    sharedPaths: [],
  };
  try {
    await git.resolve(kitchen, 'main');
    return await timed(async () => {
      const changed = await git.changedPacks(kitchen, { from, to });
      if (!changed.ok || changed.value.length === 0) throw new Error('no pack has changed');
    });
  } finally {
    await git.close();
  }
}
