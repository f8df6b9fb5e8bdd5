import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../core/repository.js';

/** The places that belong to one repository's mirror. */
export interface MirrorPlaces {
  readonly folder: string;
  /** Where a new one is made, until it is whole. */
  readonly making: string;
  /** Where a damaged one is put before it is removed. */
  readonly broken: string;
  readonly owner: string;
}

/** Where a repository's mirror lies: by its name, for people, and by its address, since another address is another mirror. */
export function mirrorPlaces(dataDir: string, repository: Repository): MirrorPlaces {
  const safe = repository.name
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 60);
  const hash = createHash('sha256').update(repository.url).digest('hex').slice(0, 12);
  const base = join(dataDir, 'mirrors', `${safe}-${hash}`);
  return {
    folder: `${base}.git`,
    making: `${base}.making`,
    broken: `${base}.broken`,
    owner: `${base}.owner`,
  };
}

/** Whether a mirror is there; it is put there only when it is whole. */
export function isThere(places: MirrorPlaces): boolean {
  // On a thread it would take ten times as long, and it is asked before every reading.
  return existsSync(places.folder);
}

// Taken out of Git as they are: what `git archive` leaves out or rewrites on request is for source releases, and
// filters of this machine have no say in what goes live.
const attributes = '* -export-ignore -export-subst -text -ident -filter -working-tree-encoding\n';

/** Completes a mirror that git has just initialised. */
export async function furnish(folder: string): Promise<void> {
  await mkdir(join(folder, 'info'), { recursive: true });
  await writeFile(join(folder, 'info', 'attributes'), attributes);
}

/** Puts a mirror that was made into its place, instead of what is there. */
export async function putInPlace(places: MirrorPlaces): Promise<void> {
  await rm(places.broken, { recursive: true, force: true });
  await rename(places.folder, places.broken).catch(ignoreAbsent);
  await rename(places.making, places.folder);
  await rm(places.broken, { recursive: true, force: true });
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
