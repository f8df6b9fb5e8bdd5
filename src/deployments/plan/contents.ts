import type { PackContent } from '../../core/content.js';
import type { PackProblem } from '../../core/pack.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import type { Git } from '../../git/git.js';
import type { PackLinks } from '../../packs/links/links.js';
import { filesOfLinks, readLinks } from '../../packs/links/read-links.js';
import { filesToRead } from '../../packs/metadata-files.js';
import { readPack } from '../../packs/read-pack.js';

/** A pack as one commit has it: what it holds and names, what is wrong with it, and the id of each of its files. */
export interface PackReading {
  readonly content?: PackContent;
  readonly links: PackLinks;
  readonly problems: readonly PackProblem[];
  readonly files: ReadonlyMap<string, string>;
}

/** Where a pack stands. */
export interface PackPlace {
  readonly repository: Repository;
  readonly sha: string;
  readonly path: string;
  readonly tree: string;
}

/** Reads packs out of a mirror. */
export interface Contents {
  read(place: PackPlace): Promise<Result<PackReading>>;
}

const kept = 200;

/**
 * Makes a reader that remembers the packs it read last: what is live now was read when it was deployed.
 * @param onLinks told what ties each pack to others, with its tree's id
 */
export function createContents(git: Git, onLinks?: (tree: string, links: PackLinks) => void): Contents {
  const byTree = new Map<string, PackReading>();

  return {
    async read(place) {
      const key = `${place.tree} ${place.path}`;
      const known = byTree.get(key);
      if (known !== undefined) return ok(known);
      const reading = await readPlace(git, place);
      if (!reading.ok) return reading;
      remember(key, reading.value);
      onLinks?.(place.tree, reading.value.links);
      return reading;
    },
  };

  function remember(key: string, reading: PackReading): void {
    byTree.set(key, reading);
    const oldest = byTree.keys().next();
    if (byTree.size > kept && !oldest.done) byTree.delete(oldest.value);
  }
}

async function readPlace(git: Git, place: PackPlace): Promise<Result<PackReading>> {
  const { repository, sha, path } = place;
  const listed = await git.listFiles(repository, { sha, path });
  if (!listed.ok) return listed;
  const paths = new Map(listed.value.map((file) => [file.path, { mode: file.mode }]));
  const wanted = new Set([...filesToRead(paths.keys()), ...filesOfLinks(paths.keys())]);
  const texts = await git.readTexts(repository, { sha, path }, [...wanted]);
  if (!texts.ok) return texts;
  const folder = path.split('/').at(-1);
  const source = { paths, text: (file: string) => texts.value.get(file) };
  const { content, problems } = readPack(source, folder === undefined || folder === '' ? {} : { folder });
  const files = new Map(listed.value.map((file) => [file.path, file.id]));
  return ok({ ...(content === undefined ? {} : { content }), links: readLinks(source), problems, files });
}
