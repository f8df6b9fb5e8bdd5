import { readFile, readlink } from 'node:fs/promises';
import { isPackRef } from '../../../core/pack.js';
import { ok, type Result } from '../../../core/result.js';
import type { FoundPack } from '../../../core/target.js';
import { type Ground, onRoot } from './ground.js';
import { blobId } from './look.js';
import { lookAt } from './place.js';

/** The folders with a pack.yaml that Packtrain did not put there; all, or one. */
export async function findForeign(ground: Ground, only?: string): Promise<Result<readonly FoundPack[]>> {
  return onRoot(ground, async () => {
    const names = (await ground.files.list(ground.layout.root)).filter(isPackRef).sort();
    const wanted = names.filter((name) => only === undefined || name === only);
    const found: FoundPack[] = [];
    // One after the other: each reads all files of a folder.
    for (const pack of wanted) found.push(...(await foreignAt(ground, pack)));
    return ok(found);
  });
}

async function foreignAt(ground: Ground, pack: string): Promise<readonly FoundPack[]> {
  const place = await lookAt(ground, pack);
  const folder = ground.layout.live(pack);
  if (place.state !== 'foreign' || !(await ground.files.stat(folder))?.isDirectory()) return [];
  const files = new Map<string, string>();
  await ground.files.walk(folder, async (path, at, stats) => {
    // `st2 pack install` leaves its clone's own folder there.
    if (path.startsWith('.git/')) return;
    const content = stats.isSymbolicLink() ? await readlink(at, { encoding: 'buffer' }) : await readFile(at);
    files.set(path, blobId(content));
  });
  return files.has('pack.yaml') ? [{ pack, what: place.description, files }] : [];
}
