import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackFiles } from '../../src/core/pack.js';

/** The folder of the pack that Packtrain brings for StackStorm's own ChatOps. */
export const packFolder = fileURLToPath(new URL('../../packs/packtrain/', import.meta.url));

/** Its files, by path. */
export function filesOfPack(): readonly string[] {
  return readdirSync(packFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(packFolder, path)).isFile())
    .sort();
}

/** The pack, as its reader takes packs. */
export function thePack(): PackFiles {
  const paths = filesOfPack();
  return {
    paths: new Map(paths.map((path) => [path, { mode: '100644' }])),
    text: (path) => (paths.includes(path) ? readFileSync(join(packFolder, path), 'utf8') : undefined),
  };
}
