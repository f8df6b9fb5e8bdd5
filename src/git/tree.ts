/** One entry of a tree. */
export interface TreeEntry {
  /** Git's mode, six octal digits. */
  readonly mode: string;
  /** One name, without slashes. */
  readonly name: string;
  readonly id: string;
}

/** Git's modes. */
export const modes = {
  folder: '040000',
  file: '100644',
  executable: '100755',
  link: '120000',
  submodule: '160000',
} as const;

const idBytes = 20;

/** Reads a tree object's content. Names that are no UTF-8 are read with replacement characters. */
export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(32, at);
    const zero = content.indexOf(0, space);
    entries.push({
      mode: content.toString('latin1', at, space).padStart(6, '0'),
      name: content.toString('utf8', space + 1, zero),
      id: content.toString('hex', zero + 1, zero + 1 + idBytes),
    });
    at = zero + 1 + idBytes;
  }
  return entries;
}

/** A name's entries on the two sides of a comparison; at least one is there, and they differ. */
export interface EntryPair {
  readonly name: string;
  readonly before?: TreeEntry;
  readonly after?: TreeEntry;
}

/** The names whose mode or content differs between two trees, in the order of the names. */
export function differingEntries(before: readonly TreeEntry[], after: readonly TreeEntry[]): EntryPair[] {
  const old = new Map(before.map((entry) => [entry.name, entry]));
  const pairs: EntryPair[] = [];
  for (const entry of after) {
    const previous = old.get(entry.name);
    old.delete(entry.name);
    if (previous === undefined) pairs.push({ name: entry.name, after: entry });
    else if (previous.id !== entry.id || previous.mode !== entry.mode)
      pairs.push({ name: entry.name, before: previous, after: entry });
  }
  for (const entry of old.values()) pairs.push({ name: entry.name, before: entry });
  return pairs.sort((a, b) => (a.name < b.name ? -1 : 1));
}
