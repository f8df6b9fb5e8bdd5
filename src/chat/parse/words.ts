/** One word of a line, without its quotes. */
export interface Word {
  readonly text: string;
  /** A word in quotes is always a value, never a keyword or an option. */
  readonly isQuoted: boolean;
  /** Set where the word is `key=value`, with the value as `text`. */
  readonly key?: string;
}

const quotedWord = /(?:([^\s"'=,]+)=)?(?:"((?:[^"\\]|\\.)*)"|'([^']*)')(?=[\s,]|$)/uy;
const bareWord = /\S+/uy;

/** Cuts a cleaned line into words. Spaces after and before a comma don't end a word: `beans, ears` is one. */
export function wordsOf(line: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === ' ') {
      at += 1;
      continue;
    }
    const { word, length } = wordAt(line, at);
    at += length;
    const before = words.at(-1);
    if (before !== undefined && joinsBy(before, word)) words[words.length - 1] = joined(before, word);
    else words.push(word);
  }
  return words;
}

function wordAt(line: string, at: number): { readonly word: Word; readonly length: number } {
  quotedWord.lastIndex = at;
  const quoted = quotedWord.exec(line);
  if (quoted !== null) {
    const [whole, key, double, single] = quoted;
    const text = double === undefined ? (single ?? '') : double.replace(/\\(["\\])/gu, '$1');
    return { word: { text, isQuoted: true, ...(key === undefined ? {} : { key }) }, length: whole.length };
  }
  bareWord.lastIndex = at;
  const bare = bareWord.exec(line)?.[0] ?? line.slice(at);
  return { word: bareOf(bare), length: bare.length };
}

function bareOf(text: string): Word {
  const plain = withoutMarks(text);
  const equals = plain.indexOf('=');
  if (equals <= 0) return { text: plain, isQuoted: false };
  return { key: plain.slice(0, equals), text: plain.slice(equals + 1), isQuoted: false };
}

// A name copied out of a message may bring its marks along; no pack, branch or repository has them at its ends.
function withoutMarks(text: string): string {
  const bare = text.replace(/^`+|`+$/gu, '');
  return /^\*[^*]+\*$/u.test(bare) ? bare.slice(1, -1) : bare;
}

function joinsBy(before: Word, word: Word): boolean {
  const endsWithComma = before.text.endsWith(',') && !before.isQuoted;
  const beginsWithComma = word.text.startsWith(',') && !word.isQuoted && word.key === undefined;
  return endsWithComma || beginsWithComma;
}

function joined(before: Word, word: Word): Word {
  // A trailing quoted part must not keep the next comma from joining.
  const isQuoted = word.isQuoted && before.isQuoted;
  return { ...before, text: `${before.text}${plainText(word)}`, isQuoted };
}

/** A word as it was typed, apart from quotes. */
export function plainText({ key, text }: Word): string {
  return key === undefined ? text : `${key}=${text}`;
}
