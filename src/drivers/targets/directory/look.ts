import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { LookedFiles, Suspect } from '../../../core/drift.js';
import { parseJson } from '../../../core/json.js';
import { ok, type Result } from '../../../core/result.js';
import { type Ground, onPack } from './ground.js';
import { marksSuffix } from './layout.js';
import { liveId, lookAt } from './place.js';
import { type FileMarks, markOf } from './tree.js';

/** Where the marks of a release's files are kept. */
export function marksPath({ layout }: Ground, pack: string, id: string): string {
  return `${layout.release(pack, id)}${marksSuffix}`;
}

/**
 * Keeps how a release's files look, by which it is seen whether somebody has changed one without reading any. Not forced
 * to the disk: without them all are read.
 */
export async function keepMarks(ground: Ground, pack: string, id: string, marks: FileMarks): Promise<void> {
  await ground.files.writeText(marksPath(ground, pack, id), JSON.stringify([...marks]));
}

/** Looks whether the files of the live release are as they were written; nothing to say where none of ours is live. */
export async function lookAtFiles(ground: Ground, pack: string): Promise<Result<LookedFiles>> {
  return onPack(ground, pack, async () => {
    const id = liveId(await lookAt(ground, pack));
    return ok(id === null ? { suspects: [], areAll: false } : await suspectsOf(ground, pack, id));
  });
}

/** The files of a release that don't look as they did. */
export async function suspectsOf(ground: Ground, pack: string, id: string): Promise<LookedFiles> {
  const folder = ground.layout.release(pack, id);
  const [marks, found] = await Promise.all([readMarks(ground, pack, id), filesIn(ground, folder)]);
  const odd = [...found].filter(([path, { stats }]) => marks?.get(path) !== markOf(stats));
  const suspects = await Promise.all(odd.map(([path, { at, stats }]) => suspectAt(path, at, stats)));
  const gone = [...(marks ?? new Map<string, string>()).keys()].filter((path) => !found.has(path));
  return {
    suspects: [...suspects, ...gone.map((path) => ({ path, bytes: 0 }))],
    areAll: marks === undefined,
  };
}

interface Found {
  readonly at: Buffer;
  readonly stats: Stats;
}

async function filesIn({ files }: Ground, folder: string): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  await files.walk(folder, async (path, at, stats) => void found.set(path, { at, stats }));
  return found;
}

async function suspectAt(path: string, at: Buffer, stats: Stats): Promise<Suspect> {
  const content = stats.isSymbolicLink() ? await readlink(at, { encoding: 'buffer' }) : await readFile(at);
  return { path, id: blobId(content), bytes: content.length };
}

/** The id that Git gives a content. */
export function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function readMarks(ground: Ground, pack: string, id: string): Promise<FileMarks | undefined> {
  const text = await ground.files.readText(marksPath(ground, pack, id));
  const read = text === undefined ? undefined : parseJson(text);
  return Array.isArray(read) && read.every(isPair) ? new Map(read) : undefined;
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/** Where what somebody edited is kept when a release takes its place. */
export function keptEdits({ layout }: Ground, pack: string, id: string): string {
  return join(layout.own, 'edited', `${pack}-${id}`);
}
