import { filesBelow } from './files.js';
import { measureFiles } from './inspect.js';
import { mostRemembered, type Objects } from './objects.js';
import { modes } from './tree.js';

/** Reads a tree's files and their sizes before anybody needs them, as far as they will be remembered. */
export async function readTreeAhead(objects: Objects, tree: string): Promise<void> {
  const files = (await filesBelow(objects, tree)).filter(({ mode }) => mode !== modes.submodule);
  if (files.length > mostRemembered.files) return;
  const sizes = await measureFiles(objects, files);
  const short = files.filter((_, index) => (sizes[index] ?? 0) <= mostRemembered.bytes);
  await Promise.all(short.map(({ id }) => objects.content(id)));
}
