import { type Batch, createBatch } from './batch.js';
import { type BatchAnswer, createAnswerReader, createSizeReader } from './batch-answers.js';
import { parseTree, type TreeEntry } from './tree.js';

/** The objects of one mirror. */
export interface Objects {
  /** The commit that a full name leads to, past annotated tags; undefined when there is none. */
  commit(name: string): Promise<Commit | undefined>;
  /** Whether more than one object's id begins with these digits. */
  isAmbiguous(digits: string): Promise<boolean>;
  /** A tree's entries. */
  tree(id: string): Promise<readonly TreeEntry[]>;
  /** A blob's content; undefined when it is longer than the limit for texts. */
  blob(id: string): Promise<Buffer | undefined>;
  /** A blob's content, whatever it is for; undefined when it is longer than 64 MiB. */
  content(id: string): Promise<Buffer | undefined>;
  /** A blob's length in bytes. */
  size(id: string): Promise<number>;
  /** Ends the processes behind; the next question starts them again. */
  close(): Promise<void>;
}

/** A commit with its root tree. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  /** All of it, as Git keeps it. */
  readonly content: Buffer;
}

/** An object that must be there is not: the mirror is damaged. */
export class ObjectMissingError extends Error {
  override readonly name = 'ObjectMissingError';
}

/** How objects are read. */
export interface ObjectsOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly idleMs: number;
  readonly maxTextBytes: number;
}

/** The most bytes of anything that is read into memory. */
const maxContentBytes = 64 * 1024 ** 2;

/** The most entries of trees that are remembered; they never change, and each takes about 150 bytes. */
const maxTreeEntries = 100_000;
/** The most commits and sizes that are: each step of a deployment asks for the same ones again. */
const maxCommits = 100;
const maxSizes = 2000;
/** Short files are too, and no others: a pack's are read for what they say, looked through and written. */
const maxBlobs = 250;
const maxBlobBytes = 16 * 1024;
/** What is not worth reading for later: more files of one folder than these, and longer ones. */
export const mostRemembered = { files: maxBlobs / 2, bytes: maxBlobBytes };
const fullId = /^[0-9a-f]{40}$/;

/** Reads a mirror's objects through two long-lived processes: one for contents, one for sizes. */
export function createObjects(options: ObjectsOptions): Objects {
  const { cwd, env, idleMs, maxTextBytes } = options;
  const common = { cwd, env, idleMs };
  const contents: Batch<BatchAnswer> = createBatch({
    ...common,
    args: ['cat-file', '--batch'],
    reader: (give) => createAnswerReader(Math.max(maxTextBytes, maxContentBytes), give),
  });
  const sizes = createBatch<number | undefined>({
    ...common,
    args: ['cat-file', '--batch-check'],
    reader: createSizeReader,
  });
  const trees = createMemo(maxTreeEntries, readTree, (entries) => entries.length + 1);
  const commits = createMemo(maxCommits, readCommit);
  const lengths = createMemo(maxSizes, readSize);
  const blobs = createMemo(maxBlobs, readContent);

  async function readTree(id: string): Promise<readonly TreeEntry[]> {
    const entries = entriesOf(await contents.ask(id));
    if (entries === undefined) throw missing(id);
    return entries;
  }

  /** Reads a commit with its root tree in one message: whoever asks for it goes on to its files. */
  async function readCommit(name: string): Promise<Commit | undefined> {
    const [found, root] = await Promise.all([
      contents.ask(`${name}^{commit}`),
      contents.ask(`${name}^{tree}`),
    ]);
    const commit = commitOf(found);
    if (commit === undefined) return undefined;
    const entries = entriesOf(root);
    // A name may have moved between the two.
    if (entries !== undefined && 'id' in root && root.id === commit.tree) trees.know(commit.tree, entries);
    commits.know(commit.sha, commit);
    return commit;
  }

  async function readSize(id: string): Promise<number> {
    const size = await sizes.ask(id);
    if (size === undefined) throw missing(id);
    return size;
  }

  async function readContent(id: string): Promise<Buffer | undefined> {
    const answer = await contents.ask(id);
    if (answer.kind === 'large') return undefined;
    if (answer.kind !== 'object') throw missing(id);
    return isShort(answer.content) ? Buffer.from(answer.content) : answer.content;
  }

  const content = (id: string) => blobs.get(id, isShort);

  return {
    // A name may stand for another commit tomorrow, and one that is not there may come.
    commit: (name) =>
      fullId.test(name) ? commits.get(name, (commit) => commit !== undefined) : readCommit(name),
    isAmbiguous: async (digits) => (await contents.ask(digits)).kind === 'ambiguous',
    tree: (id) => trees.get(id),
    content,
    blob: async (id) => {
      const whole = await content(id);
      return whole === undefined || whole.length > maxTextBytes ? undefined : whole;
    },
    size: (id) => lengths.get(id),
    close: async () => {
      await Promise.all([contents.close(), sizes.close()]);
    },
  };
}

function isShort(content: Buffer | undefined): boolean {
  return content !== undefined && content.length <= maxBlobBytes;
}

function entriesOf(answer: BatchAnswer): readonly TreeEntry[] | undefined {
  return answer.kind === 'object' && answer.type === 'tree' ? parseTree(answer.content) : undefined;
}

function commitOf(answer: BatchAnswer): Commit | undefined {
  if (answer.kind !== 'object') return undefined;
  const tree = /^tree ([0-9a-f]+)\n/.exec(answer.content.toString('latin1', 0, 80))?.[1];
  // A copy: what was read is a part of something larger, which would be kept with it.
  return tree === undefined ? undefined : { sha: answer.id, tree, content: Buffer.from(answer.content) };
}

/**
 * Remembers what was read last; what could not be read is asked for again.
 * @param most how much all of it may weigh
 */
function createMemo<T>(
  most: number,
  read: (id: string) => Promise<T>,
  weigh: (value: T) => number = () => 1,
) {
  const known = new Map<string, { readonly value: Promise<T>; readonly weight: number }>();
  let weight = 0;

  function forget(id: string): void {
    weight -= known.get(id)?.weight ?? 0;
    known.delete(id);
  }

  function know(id: string, value: T): void {
    forget(id);
    known.set(id, { value: Promise.resolve(value), weight: weigh(value) });
    weight += weigh(value);
    for (const oldest of known.keys()) {
      if (weight <= most) return;
      forget(oldest);
    }
  }

  function remember(id: string, isKept: (value: T) => boolean): Promise<T> {
    const value = read(id);
    known.set(id, { value, weight: 0 });
    value.then(
      (found) => (isKept(found) ? know(id, found) : forget(id)),
      () => forget(id),
    );
    return value;
  }

  return {
    get: (id: string, isKept = (_: T) => true) => known.get(id)?.value ?? remember(id, isKept),
    know,
  };
}

function missing(id: string): ObjectMissingError {
  return new ObjectMissingError(`the object ${id} is missing`);
}
