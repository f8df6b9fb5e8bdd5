import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { editFile, movableClock, temporaryFolder } from '../targets/fixture.js';
import { targetContract } from './target.contract.js';

targetContract('directory', async () => {
  const folder = await temporaryFolder();
  const open = () => createDirectoryTarget({ name: 'default', path: folder.path, clock: movableClock() });
  return {
    target: open(),
    reopen: open,
    read: (pack, file) => readFile(join(folder.path, pack, file), 'utf8').catch(() => undefined),
    edit: (pack, file, text) => editFile(join(folder.path, pack, file), text),
    async putForeign(pack, text) {
      await mkdir(join(folder.path, pack));
      await writeFile(join(folder.path, pack, 'pack.yaml'), text);
    },
    remove: folder.remove,
  };
});
