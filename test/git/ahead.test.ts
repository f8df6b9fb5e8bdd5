import { expect, it } from 'vitest';
import { readTreeAhead } from '../../src/git/ahead.js';
import { gitEnvironment } from '../../src/git/environment.js';
import { filesBelow } from '../../src/git/files.js';
import { createObjects } from '../../src/git/objects.js';
import { makeRepository } from '../fixtures/git-repo.js';
import { envOf } from './workspace.js';

it('reads what is remembered: trees, sizes and short files, so that nobody has to be asked for them', async () => {
  const long = 'x'.repeat(20_000);
  const files = { 'pack.yaml': 'name: beans\n', 'actions/grow.py': 'print("bean")\n', 'README.md': long };
  const remote = await makeRepository({ files });
  const limits = { idleMs: 60_000, maxTextBytes: 1_000_000 };
  const objects = createObjects({ cwd: remote.url, env: gitEnvironment(envOf({}), remote.url), ...limits });
  const tree = await remote.git('rev-parse', 'main^{tree}');

  await readTreeAhead(objects, tree);
  await objects.close();
  await remote.remove();

  const listed = await filesBelow(objects, tree);
  const idOf = (path: string) => listed.find((file) => file.path === path)?.id ?? '';
  expect(listed.map(({ path }) => path)).toEqual(['README.md', 'actions/grow.py', 'pack.yaml']);
  expect((await objects.content(idOf('actions/grow.py')))?.toString()).toBe(files['actions/grow.py']);
  expect(await objects.size(idOf('README.md'))).toBe(long.length);
  await expect(objects.content(idOf('README.md'))).rejects.toThrow();
});
