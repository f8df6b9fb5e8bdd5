import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from '../../src/core/target.js';
import { editFile } from '../targets/fixture.js';
import { action, fillWith, stackstormBed } from '../targets/stackstorm-bed.js';
import { targetContract } from './target.contract.js';

const filesOf = ({ pack, deployment }: Release) => ({
  'pack.yaml': `name: ${pack}\nversion: 0.0.${deployment}\nauthor: ann\n`,
  'actions/second.yaml': action('second', `tags:\n  - {name: n, value: "${deployment}"}\n`),
});

targetContract('stackstorm', async () => {
  const bed = await stackstormBed();
  const { path } = bed.folder;
  return {
    target: bed.target,
    reopen: bed.open,
    read: (pack, file) => readFile(join(path, pack, file), 'utf8').catch(() => undefined),
    edit: (pack, file, text) => editFile(join(path, pack, file), text),
    async putForeign(pack, text) {
      await mkdir(join(path, pack));
      await writeFile(join(path, pack, 'pack.yaml'), text);
    },
    fill: (release) => fillWith(filesOf(release)),
    text: (release, file) => filesOf(release)[file as 'pack.yaml'],
    runs: {
      action: 'beans.second',
      end: (status) => bed.stack.result('beans.second', () => ({ status, result: {} })),
      count: () =>
        bed.stack.calls.filter(({ method, path }) => method === 'POST' && /executions$/.test(path)).length,
    },
    remove: bed.remove,
  };
});
