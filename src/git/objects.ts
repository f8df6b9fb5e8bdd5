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

/** The most trees that are remembered; they never change, and one takes about 100 bytes an entry. */
const maxTrees = 4000;

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
  const trees = new Map<string, Promise<readonly TreeEntry[]>>();

  async function readTree(id: string): Promise<readonly TreeEntry[]> {
    const answer = await contents.ask(id);
    if (answer.kind !== 'object' || answer.type !== 'tree') throw missing(id);
    return parseTree(answer.content);
  }

  function tree(id: string): Promise<readonly TreeEntry[]> {
    const known = trees.get(id);
    if (known !== undefined) return known;
    if (trees.size >= maxTrees) forgetOldest(trees, maxTrees / 4);
    const reading = readTree(id);
    trees.set(id, reading);
    reading.catch(() => trees.delete(id));
    return reading;
  }

  async function content(id: string): Promise<Buffer | undefined> {
    const answer = await contents.ask(id);
    if (answer.kind === 'large') return undefined;
    if (answer.kind !== 'object') throw missing(id);
    return answer.content;
  }

  return {
    commit: async (name) => commitOf(await contents.ask(`${name}^{commit}`)),
    isAmbiguous: async (digits) => (await contents.ask(digits)).kind === 'ambiguous',
    tree,
    content,
    blob: async (id) => {
      const whole = await content(id);
      return whole === undefined || whole.length > maxTextBytes ? undefined : whole;
    },
    size: async (id) => {
      const size = await sizes.ask(id);
      if (size === undefined) throw missing(id);
      return size;
    },
    close: async () => {
      await Promise.all([contents.close(), sizes.close()]);
    },
  };
}

function commitOf(answer: BatchAnswer): Commit | undefined {
  if (answer.kind !== 'object') return undefined;
  const tree = /^tree ([0-9a-f]+)\n/.exec(answer.content.toString('latin1', 0, 80))?.[1];
  return tree === undefined ? undefined : { sha: answer.id, tree, content: answer.content };
}

function forgetOldest(trees: Map<string, unknown>, count: number): void {
  for (const id of trees.keys()) {
    trees.delete(id);
    count -= 1;
    if (count <= 0) return;
  }
}

function missing(id: string): ObjectMissingError {
  return new ObjectMissingError(`the object ${id} is missing`);
}
