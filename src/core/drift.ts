import type { Json } from './json.js';

/** A file of a live pack that is not as it was put there. `lost`: it is gone, or empty: there is nothing of anybody in it. */
export interface DriftedFile {
  /** Relative to the pack's root. */
  readonly path: string;
  readonly how: 'changed' | 'added' | 'lost';
}

/** In what a live pack is not what was made live. */
export type Drift =
  | { readonly kind: 'files'; readonly files: readonly DriftedFile[] }
  /** Something else is at its place. */
  | { readonly kind: 'replaced'; readonly found: string }
  | { readonly kind: 'gone' };

/** A drift as it was found, since when. */
export interface DriftView {
  readonly drift: Drift;
  readonly since: Date;
}

/** A file that may not be as it was put there. */
export interface Suspect {
  readonly path: string;
  /** The id that Git gives its content; absent when the file is gone. */
  readonly id?: string;
  /** Its bytes; 0 when it is gone. */
  readonly bytes: number;
}

/** What was looked at of a live release's files. */
export interface LookedFiles {
  /** Those that don't look as they did when they were written. */
  readonly suspects: readonly Suspect[];
  /** Whether it is not known any more how they looked, so that all of them are suspects. */
  readonly areAll: boolean;
}

/** Whether a path is made by whatever runs the pack, so that it is nobody's edit. */
export function isRuntimeFile(path: string): boolean {
  return path.endsWith('.pyc') || path.split('/').includes('__pycache__');
}

/**
 * What of the suspects is in fact otherwise than Git has it.
 * @param known the ids of the files that were made live; undefined when they can't be had any more
 */
export function driftedFiles(
  { suspects, areAll }: LookedFiles,
  known: ReadonlyMap<string, string> | undefined,
): readonly DriftedFile[] {
  // Without both there is nothing to compare with.
  if (known === undefined && areAll) return [];
  const found = suspects.flatMap((one): DriftedFile[] => {
    const was = known?.get(one.path);
    if (one.id !== undefined && one.id === was) return [];
    if (known !== undefined && was === undefined)
      return one.id === undefined ? [] : [{ path: one.path, how: 'added' }];
    return [{ path: one.path, how: one.bytes === 0 ? 'lost' : 'changed' }];
  });
  const seen = new Set(suspects.map(({ path }) => path));
  const gone = areAll
    ? [...(known ?? new Map<string, string>()).keys()].filter((path) => !seen.has(path))
    : [];
  const lost = gone
    .filter((path) => !isRuntimeFile(path))
    .map((path): DriftedFile => ({ path, how: 'lost' }));
  return [...found, ...lost].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether somebody's work would be lost with what is live. */
export function isWork(drift: Drift): boolean {
  return (
    drift.kind === 'replaced' || (drift.kind === 'files' && drift.files.some(({ how }) => how !== 'lost'))
  );
}

/** What is said in a chat to put it right. */
export function driftCommand(
  drift: Drift,
  { pack, repository }: { pack: string; repository: string },
): string {
  const option = drift.kind === 'replaced' ? ' --adopt' : isWork(drift) ? ' --overwrite' : '';
  return `pack deploy ${repository} ${pack}${option}`;
}

/** Two drifts with the same text are the same to whoever was told of one. */
export function driftMark(drift: Drift): string {
  const plain: Json = drift.kind === 'files' ? drift.files.map(({ path, how }) => `${how} ${path}`) : null;
  return JSON.stringify([drift.kind, drift.kind === 'replaced' ? drift.found : null, plain]);
}
