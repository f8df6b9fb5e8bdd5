import { type Refusal, refuse } from '../core/reason.js';
import { type ListedFile, linkTargets } from './files.js';
import { followLinks } from './links.js';
import type { Objects } from './objects.js';
import { modes } from './tree.js';

/** A pack's files, with what is needed to write them. */
export interface PackContents {
  readonly files: readonly ListedFile[];
  /** The bytes of all files together. */
  readonly bytes: number;
  readonly links: ReadonlyMap<string, string>;
}

/** Which pack is looked at, and how large it may be. */
export interface Inspection {
  readonly repository: string;
  readonly path: string;
  readonly packBytes: number;
  readonly packFiles: number;
}

/** Adds up what a pack's files take. */
export async function measureFiles(objects: Objects, files: readonly ListedFile[]): Promise<number[]> {
  return Promise.all(files.map(({ mode, id }) => (mode === modes.submodule ? 0 : objects.size(id))));
}

/** Looks through a pack before any of it is written. Gives the reason when it must not be. */
export async function inspectPack(
  objects: Objects,
  files: readonly ListedFile[],
  inspection: Inspection,
): Promise<PackContents | Refusal> {
  const { repository, packBytes: maxBytes, packFiles: maxFiles } = inspection;
  const path = inspection.path === '' ? repository : inspection.path;
  const named = { repository, path };
  const submodules = files.filter(({ mode }) => mode === modes.submodule).map((file) => file.path);
  if (submodules.length > 0) return refuse('pack-has-submodules', { ...named, submodules });
  const sizes = files.length > maxFiles ? [] : await measureFiles(objects, files);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (files.length > maxFiles || bytes > maxBytes)
    return refuse('pack-too-large', { ...named, bytes, maxBytes, files: files.length, maxFiles });
  const targets = await linkTargets(objects, files);
  const links = escaping(files, targets);
  if (links.length > 0) return refuse('pack-links-escape', { ...named, links });
  const pointers = await lfsPointers(objects, files, sizes);
  if (pointers.length > 0) return refuse('pack-has-lfs-pointers', { ...named, files: pointers });
  return { files, bytes, links: targets };
}

/** Links that lead out; and names that would, which no git writes but a forged commit may have. */
function escaping(files: readonly ListedFile[], targets: ReadonlyMap<string, string>): string[] {
  const forged = files
    .filter(({ path }) => /(^|\/)(\.{0,2}|\.git)(\/|$)/i.test(path))
    .map(({ path }) => path);
  const links = [...targets].filter(([path]) => followLinks(path, targets).kind === 'outside');
  return [...forged, ...links.map(([path, target]) => `${path} -> ${target}`)];
}

const pointerHead = 'version https://git-lfs.';
/** By LFS's own rule a pointer is shorter than this. */
const maxPointerBytes = 1024;

async function lfsPointers(
  objects: Objects,
  files: readonly ListedFile[],
  sizes: readonly number[],
): Promise<string[]> {
  const small = files.filter((file, index) => {
    const size = sizes[index] ?? 0;
    return file.mode !== modes.link && size > pointerHead.length && size < maxPointerBytes;
  });
  const isPointer = await Promise.all(
    small.map(
      async ({ id }) => (await objects.blob(id))?.toString('latin1').startsWith(pointerHead) === true,
    ),
  );
  return small.filter((_, index) => isPointer[index]).map(({ path }) => path);
}
