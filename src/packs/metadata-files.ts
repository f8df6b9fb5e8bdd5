import { posix } from 'node:path';
import { type ContentType, contentTypes } from '../core/content.js';
import type { PackFile, PackProblem } from '../core/pack.js';

/** A pack's own metadata. */
export const manifestFile = 'pack.yaml';
/** The schema of a pack's configuration. */
export const configSchemaFile = 'config.schema.yaml';
/** What a pack says to Packtrain alone. */
export const packtrainFile = 'packtrain.yaml';

const metadataEndings = ['.yaml', '.yml'];

/**
 * The files of a pack whose text `readPack` needs, sorted, of all paths that it has; the others only need to be
 * listed. Paths are relative to the pack's root.
 */
export function filesToRead(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => isManifest(path) || contentTypeOf(path) !== undefined).sort();
}

/** The content type that a file declares, by its folder; undefined for a file that StackStorm does not load. */
export function contentTypeOf(path: string): ContentType | undefined {
  const [folder, name, ...deeper] = path.split('/');
  if (name === undefined || deeper.length > 0 || !isMetadataName(name)) return undefined;
  // A leftover of StackStorm's early days, which its action registration still skips.
  if (folder === 'actions' && (name === 'config.yaml' || name === 'config.yml')) return undefined;
  return contentTypes.find((type) => type === folder);
}

/** Files that look like content but are never loaded, because StackStorm does not look into folders in folders. */
export function strayFiles(paths: ReadonlyMap<string, PackFile>): PackProblem[] {
  return [...paths.keys()].filter(isStray).sort().map(strayProblem);
}

/** A file named in `folder` by a metadata file, relative to the pack's root; undefined when it lies outside. */
export function resolveEntryPoint(folder: 'actions' | 'sensors', entryPoint: string): string | undefined {
  const path = posix.normalize(`${folder}/${entryPoint}`);
  return entryPoint.startsWith('/') || path.startsWith('../') ? undefined : path;
}

function isManifest(path: string): boolean {
  return path === manifestFile || path === configSchemaFile || path === packtrainFile;
}

function isMetadataName(name: string): boolean {
  return !name.startsWith('.') && metadataEndings.some((ending) => name.endsWith(ending));
}

// Actions keep their workflows, and sensors their data, in folders of their own.
const flatTypes: readonly string[] = ['rules', 'aliases', 'triggers', 'policies'];

function isStray(path: string): boolean {
  const [folder = '', ...rest] = path.split('/');
  return rest.length > 1 && flatTypes.includes(folder) && isMetadataName(rest.at(-1) ?? '');
}

function strayProblem(file: string): PackProblem {
  const folder = file.slice(0, file.indexOf('/'));
  const message = `StackStorm does not load files in folders below ${folder}/. Move it up, or ignore this.`;
  return { severity: 'warning', code: 'not-loaded', file, message };
}
