import { join } from 'node:path';

/** Where everything of a directory target lies; absolute unless said otherwise. `id` is a release's. */
export interface Layout {
  /** The target's folder, which StackStorm reads. */
  readonly root: string;
  /** Packtrain's own folder in it. */
  readonly own: string;
  readonly staging: string;
  readonly adopted: string;
  readonly locks: string;
  readonly allReleases: string;
  /** The pack's place: the link that is switched. */
  live(pack: string): string;
  releases(pack: string): string;
  release(pack: string, id: string): string;
  record(pack: string, id: string): string;
  /** A link to the release that was live before. */
  previous(pack: string): string;
  lock(pack: string): string;
  /** Where something foreign is kept whose place the release took. */
  kept(pack: string, id: string): string;
  /** The text of the link that makes a release live, relative to the root so that the whole target can be moved. */
  linkTo(pack: string, id: string): string;
  /** The id in such a text; undefined when the link is none of ours. */
  idOfLink(pack: string, text: string): string | undefined;
}

/** The layout below a target's folder. */
export function layoutOf(root: string): Layout {
  const own = join(root, '.packtrain');
  const allReleases = join(own, 'releases');
  const releases = (pack: string) => join(allReleases, pack);
  const linkPrefix = (pack: string) => `.packtrain/releases/${pack}/`;
  return {
    root,
    own,
    staging: join(own, 'staging'),
    adopted: join(own, 'adopted'),
    locks: join(own, 'locks'),
    allReleases,
    live: (pack) => join(root, pack),
    releases,
    release: (pack, id) => join(releases(pack), encodeId(id)),
    record: (pack, id) => join(releases(pack), `${encodeId(id)}${recordSuffix}`),
    previous: (pack) => join(releases(pack), '.previous'),
    lock: (pack) => join(own, 'locks', pack),
    kept: (pack, id) => join(own, 'adopted', `${pack}-${encodeId(id)}`),
    linkTo: (pack, id) => linkPrefix(pack) + encodeId(id),
    idOfLink: (pack, text) =>
      text.startsWith(linkPrefix(pack)) ? decodeId(text.slice(linkPrefix(pack).length)) : undefined,
  };
}

/** What the file name ends with that tells how the files of a release looked. */
export const marksSuffix = '.files';

/** What a record's file name ends with; a release's folder never does, as ids are encoded without dots. */
export const recordSuffix = '.json';

// Ids become file names: only letters, digits, `_` and `-` stay, so that no id can leave its folder or look like
// one of our own names (`.previous`, `<id>.json`, `<name>~<owner>`).
const idPattern = /^(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+$/;
const longestId = 120;

/** A release's id as a file name. Throws on an empty or overlong one: ids are made by us, so that is a bug. */
export function encodeId(id: string): string {
  const name = encodeURIComponent(id).replace(
    /[.!~*'()]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (name === '' || name.length > longestId) throw new RangeError(`bad release id ${JSON.stringify(id)}`);
  return name;
}

/** The id that a file name stands for; undefined when it stands for none. */
export function decodeId(name: string): string | undefined {
  if (!idPattern.test(name)) return undefined;
  try {
    const id = decodeURIComponent(name);
    return encodeId(id) === name ? id : undefined;
  } catch {
    return undefined;
  }
}
