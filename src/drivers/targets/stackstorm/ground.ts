import { join } from 'node:path';
import type { Target, TargetContext } from '../../../core/target.js';
import type { Ground } from '../directory/ground.js';
import { encodeId } from '../directory/layout.js';
import type { Api } from './api.js';

/** What every operation of a StackStorm target works with. */
export interface Station {
  readonly ground: Ground;
  /** The same target as a plain directory. */
  readonly directory: Target;
  readonly api: Api;
  readonly settings: Settings;
  /** Who looks after the target: one id for all servers that share a database; undefined when that is not known. */
  readonly owner?: (() => Promise<string>) | undefined;
}

/** How the driver is to work; times in milliseconds. */
export interface Settings {
  readonly virtualenvs: 'auto' | 'never' | 'always';
  readonly drain?: { readonly waitMs: number; readonly otherwise: 'go-on' | 'give-up' } | undefined;
  /** Whether what is registered is compared field by field, or only by name. */
  readonly verify: 'fields' | 'names';
  readonly registerMs: number;
  readonly virtualenvMs: number;
  readonly pollMs: number;
}

/** For whoever does not want to hear. */
export const unheard: TargetContext = { log: async () => {} };

/** The folder of what is kept about a pack. */
export function notesOf({ layout }: Ground, pack: string): string {
  return join(layout.own, 'stackstorm', pack);
}

/** The file of how a pack was before a release. */
export function snapshotPath(ground: Ground, pack: string, id: string): string {
  return join(notesOf(ground, pack), `${encodeId(id)}.json`);
}

/** The file that tells what a pack's virtualenv was made from. */
export function virtualenvPath(ground: Ground, pack: string): string {
  return join(notesOf(ground, pack), 'virtualenv');
}

/** Makes the folder of a pack's notes. */
export async function makeNotes(ground: Ground, pack: string): Promise<void> {
  const { files, layout } = ground;
  for (const path of [
    layout.own,
    layout.staging,
    layout.locks,
    join(layout.own, 'stackstorm'),
    notesOf(ground, pack),
  ])
    await files.makeFolder(path);
}
