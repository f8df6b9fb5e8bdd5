import { type FoundSecrets, isSecretText, randomWords } from './secrets.js';
import type { Tree } from './yaml.js';

/** A line of the file as it may be shown, with the column from 1 for a caret. */
export interface Frame {
  readonly text: string;
  readonly caret: number;
}

const mask = '•••';

/** The line at an offset, with what is hidden masked. */
export function frameAt(tree: Tree, secrets: FoundSecrets, offset: number): Frame {
  const from = offset - tree.place(offset).column + 1;
  const end = tree.text.slice(from).search(/\r?\n|$/) + from;
  const random = randomWords(tree.text.slice(from, end)).map(([a, b]) => [a + from, b + from] as const);
  const hidden = merged([...secrets.hidden.filter(([a, b]) => a < end && b > from), ...random]);
  let text = '';
  let caret = 0;
  let at = from;
  for (const [a, b] of [...hidden, [end, end] as const]) {
    const start = Math.max(a, from);
    if (offset >= at && offset < start) caret = text.length + offset - at + 1;
    text += tree.text.slice(at, start);
    if (offset >= start && offset < b) caret = text.length + 1;
    if (b > start) text += mask;
    at = Math.min(b, end);
  }
  if (caret === 0) caret = text.length + 1;
  // A comment says nothing about a problem, and may hold anything.
  const comment = text.slice(caret).search(/\s#/);
  const shown = comment < 0 ? text : text.slice(0, caret + comment);
  return { text: shown.replaceAll('\t', ' '), caret };
}

function merged(ranges: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [a, b] of [...ranges].sort((x, y) => x[0] - y[0])) {
    const last = result.at(-1);
    if (last !== undefined && a <= last[1]) last[1] = Math.max(last[1], b);
    else result.push([a, b]);
  }
  return result;
}

/**
 * Whether a line of a file with broken syntax may be shown: not if it, the line before it, or one that it may belong to
 * speaks of secrets, for then nobody can tell what is one.
 */
export function mayBeShown(tree: Tree, offset: number): boolean {
  const { line } = tree.place(offset);
  const above = tree.text.split('\n').slice(0, line);
  let indent = Number.POSITIVE_INFINITY;
  for (const [distance, text] of above.reverse().entries()) {
    if (text.trim() === '') continue;
    const own = text.search(/\S/);
    if ((distance <= 1 || own < indent) && isSecretText(text)) return false;
    indent = Math.min(indent, own);
  }
  return true;
}
