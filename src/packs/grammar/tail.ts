import { spaceSet } from './python-re/classes.js';

const space = new RegExp(`^${spaceSet}$`, 'v');

type Closer = '"' | "'" | '}';

const closerOf: Readonly<Record<string, Closer>> = { '"': '"', "'": "'", '{': '}' };

/**
 * For every position of a message, whether nothing but pairs follow. Filled in from the end, in one pass: to try all
 * ways of cutting a message into pairs would take exponential time.
 */
interface Tail {
  readonly message: string;
  /** The next position at or after this one that is white space, or the end. */
  readonly wordEnd: number[];
  /** The next position at or after this one that is not white space, or the end. */
  readonly nextWord: number[];
  /** Whether a value may end here: only white space follows, or white space and pairs up to the end. */
  readonly mayEnd: boolean[];
  /** Whether the word that starts here begins pairs that go on to the end. */
  readonly pairs: boolean[];
  /** Whether a closing sign at or after this position is one at which a value may end. */
  readonly closes: Readonly<Record<Closer, boolean[]>>;
}

function valueEndsWell(tail: Tail, start: number): boolean {
  const first = tail.message[start];
  if (first === undefined || space.test(first)) return false;
  if (tail.mayEnd[tail.wordEnd[start] ?? 0]) return true;
  const closer = closerOf[first];
  if (closer === undefined) return false;
  const empty = first === closer && tail.message[start + 1] === closer && tail.mayEnd[start + 2];
  return empty || tail.closes[closer][start + 2] === true;
}

function startsPairs(tail: Tail, start: number): boolean {
  const end = tail.wordEnd[start] ?? start;
  for (let at = start + 1; at < end; at += 1) {
    if (tail.message[at] === '=' && valueEndsWell(tail, at + 1)) return true;
  }
  const next = tail.nextWord[end] ?? end;
  return tail.message[next] === '=' && valueEndsWell(tail, next + 1);
}

function fillIn(tail: Tail, at: number): void {
  const isSpace = space.test(tail.message[at] ?? '');
  const startsWord = !isSpace && (at === 0 || space.test(tail.message[at - 1] ?? ''));
  tail.wordEnd[at] = isSpace ? at : (tail.wordEnd[at + 1] ?? at);
  tail.nextWord[at] = isSpace ? (tail.nextWord[at + 1] ?? at) : at;
  const next = tail.nextWord[at] ?? at;
  tail.mayEnd[at] = next === tail.message.length || (isSpace && tail.pairs[next] === true);
  tail.pairs[at] = startsWord && startsPairs(tail, at);
  for (const closer of ['"', "'", '}'] as const) {
    const here = tail.message[at] === closer && tail.mayEnd[at + 1] === true;
    tail.closes[closer][at] = here || tail.closes[closer][at + 1] === true;
  }
}

function fill(message: string): Tail {
  const end = message.length;
  const tail: Tail = {
    message,
    wordEnd: new Array<number>(end + 1).fill(end),
    nextWord: new Array<number>(end + 1).fill(end),
    mayEnd: new Array<boolean>(end + 1).fill(true),
    pairs: new Array<boolean>(end + 1).fill(false),
    closes: { '"': [], "'": [], '}': [] },
  };
  for (let at = end - 1; at >= 0; at -= 1) fillIn(tail, at);
  return tail;
}

/** The longest end of a message that consists of `key=value` pairs only, with the white space before it. */
export function tailOf(message: string): string {
  const { pairs } = fill(message);
  const first = pairs.indexOf(true);
  if (first === -1) return '';
  const before = message.slice(0, first);
  return message.slice(first - (before.length - trimmedLength(before)));
}

function trimmedLength(text: string): number {
  let length = text.length;
  while (length > 0 && space.test(text[length - 1] ?? '')) length -= 1;
  return length;
}
