import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Full reference names and the ids that they hold (for an annotated tag, the tag's own id). */
export type Refs = ReadonlyMap<string, string>;

/** Where a remote's HEAD is kept in its mirror. */
export const remoteHead = 'refs/packtrain/HEAD';

const idPattern = /^[0-9a-f]{40}/;

/**
 * Reads all references of a mirror, which keeps them as files: a process would cost more than the whole read, and so
 * would the thread pool, since almost all of them are in the one packed file.
 * Loose ones first: packing writes the packed file before it removes them, so none is missed.
 */
export function readRefs(mirror: string): Refs {
  const loose = readLoose(mirror);
  return new Map(
    [...parsePacked(textOf(join(mirror, 'packed-refs'))), ...loose].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The branch that a mirror's own HEAD names, whether or not it exists. */
export function readHead(mirror: string): string | undefined {
  return /^ref: refs\/heads\/(.+)\n?$/.exec(textOf(join(mirror, 'HEAD')))?.[1];
}

function parsePacked(text: string): [string, string][] {
  return text
    .split('\n')
    .filter((line) => idPattern.test(line))
    .map((line) => [line.slice(41), line.slice(0, 40)]);
}

function readLoose(mirror: string): [string, string][] {
  const found = readdirSync(join(mirror, 'refs'), { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'));
  return files.flatMap((file): [string, string][] => {
    const path = join(file.parentPath, file.name);
    const id = idPattern.exec(textOf(path))?.[0];
    return id === undefined ? [] : [[path.slice(mirror.length + 1), id]];
  });
}

/** A file's text; empty when it is gone in between. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A reference that another commit stands at. */
export interface MovedRef {
  /** The full name, such as `refs/heads/main`. */
  readonly ref: string;
  /** Absent for a new one. */
  readonly old?: string;
  /** Absent for one that is gone. */
  readonly new?: string;
  /** Whether the new commit is no descendant of the old: a force-push. */
  readonly forced: boolean;
}

/**
 * What is different between two readings, branches and tags only.
 * @param forced - Whether a move was no fast-forward.
 */
export function movedRefs(
  before: Refs,
  after: Refs,
  forced: (old: string, now: string) => boolean,
): MovedRef[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const moved: MovedRef[] = [];
  for (const ref of names) {
    const old = before.get(ref);
    const now = after.get(ref);
    if (old === now || !isShared(ref)) continue;
    moved.push({
      ref,
      ...(old === undefined ? {} : { old }),
      ...(now === undefined ? {} : { new: now }),
      forced: old !== undefined && now !== undefined && forced(old, now),
    });
  }
  return moved;
}

function isShared(ref: string): boolean {
  return ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/');
}

const forbidden = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[-./]|[/.]$|^@$/u;

/** Whether git would let a branch or tag have this name, and no git program could take it for an option. */
export function isRefName(name: string): boolean {
  return name.length > 0 && name.length <= 255 && !forbidden.test(name);
}
