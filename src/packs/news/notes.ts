import { parse } from 'yaml';
import { pointsOf } from './markdown.js';

/** The folder of notes that stand beside a change: at the repository's root, or in a pack. */
export const notesFolder = '.changes';

/** A note that an author wrote beside a change. */
export interface NoteFile {
  /** Its path, for the order; `.changes/tea.md`. */
  readonly path: string;
  readonly text: string;
  /** The pack in whose folder it lies; absent at the root of a repository of many packs. */
  readonly pack?: string;
}

/** Whether a file of the folder is a note. */
export function isNote(path: string): boolean {
  return /^[^/]+\.(?:md|markdown)$/iu.test(path) && !/^readme\./iu.test(path);
}

/** What the notes tell of a pack: each note that names it, or lies in its folder and names none. */
export function notesOf(pack: string, notes: readonly NoteFile[]): string[] {
  return [...notes]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .flatMap((note) => {
      const { packs, body } = readNote(note.text);
      const isMeant = packs.length === 0 ? note.pack === pack : packs.includes(pack) || packs.includes('*');
      return isMeant ? pointsOf(body) : [];
    });
}

const frontMatter = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/mu;
/** Nobody reads a longer note, and patterns take their time. */
const longestNote = 8_000;

/**
 * Reads a note. Its front matter names the packs: as `packs: [beans, ears]` or `pack: beans`, as a list, or as keys with
 * the size of the change (`beans: minor`).
 */
export function readNote(text: string): { readonly packs: readonly string[]; readonly body: string } {
  const short = text.slice(0, longestNote);
  const found = frontMatter.exec(short);
  if (found?.index !== 0) return { packs: [], body: short };
  return { packs: packsIn(found[1] ?? ''), body: short.slice(found[0].length) };
}

function packsIn(yaml: string): readonly string[] {
  let front: unknown;
  try {
    front = parse(yaml, { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    return [];
  }
  if (typeof front !== 'object' || front === null || Array.isArray(front)) return namesIn(front);
  const entries = new Map(Object.entries(front));
  const named = entries.get('packs') ?? entries.get('pack');
  return named === undefined ? [...entries.keys()] : namesIn(named);
}

function namesIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((one) =>
    typeof one === 'string' ? one.split(/[\s,]+/u).filter((name) => name !== '') : [],
  );
}
