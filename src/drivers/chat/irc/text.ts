import { type Dialect, writeAs } from '../chat-markdown.js';

/** A line on the wire has so many bytes with its end, as its readers get it: with who sent it before it. */
const wireBytes = 512;
const endBytes = 2;
/** The longest host and user that a server puts there, for as long as our own are not known. */
const longestSource = '!~packtrain12@'.length + 63;

const bold = '\u0002';
const italic = '\u001d';

/** IRC's own marks. Code stands as it does in chat Markdown, for most clients have no mark for it. */
function marks(nickOf: (userId: string) => string | undefined): Dialect {
  return {
    text: (plain) => plain,
    bold: (inner) => `${bold}${inner}${bold}`,
    emphasis: (inner) => `${italic}${inner}${italic}`,
    code: (code) => `\`${code}\``,
    fence: (code) => code,
    link: (label, url) => (label === url ? url : `${label} (${url})`),
    mention: (name, userId) => nickOf(userId) ?? name,
  };
}

/** How many bytes of text a line to somebody may have. @param source our own `nick!user@host`, once it is known */
export function roomFor(target: string, nick: string, source?: string): number {
  const from = source === undefined ? Buffer.byteLength(nick) + longestSource : Buffer.byteLength(source);
  return wireBytes - endBytes - from - Buffer.byteLength(`: PRIVMSG ${target} :`);
}

/** A text as the lines that are sent, each of at most so many bytes; empty ones are none. */
export function ircLines(
  text: string,
  room: number,
  nickOf: (userId: string) => string | undefined = () => undefined,
): string[] {
  // Nothing that was quoted may bring marks, or line ends, of its own.
  const plain = text.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}/gu, ' ');
  return writeAs(marks(nickOf), plain)
    .split('\n')
    .flatMap((line) => fold(line.trimEnd(), room))
    .filter((line) => line.trim() !== '');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts a line between words, or within one that is too long, but never in a character; marks go on in the next one. */
function fold(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of pieces(line, room)) {
    if (Buffer.byteLength(current + piece.trimEnd()) > room) {
      lines.push(current.trimEnd());
      current = openMarks(current) + piece.trimStart();
    } else current += piece;
  }
  return [...lines, current.trimEnd()];
}

// Room for the marks that go on in the next line.
const markBytes = 2;

/** Words with the space that follows them; one that is too long for a line is given character by character. */
function* pieces(line: string, room: number): Generator<string> {
  for (const word of line.match(/\s*\S+\s*/g) ?? []) {
    if (Buffer.byteLength(word) <= room - markBytes) yield word;
    else for (const { segment } of graphemes.segment(word)) yield* characters(segment, room);
  }
}

// What looks like one character may be a long chain of them.
function characters(segment: string, room: number): Iterable<string> {
  return Buffer.byteLength(segment) <= room - markBytes ? [segment] : segment;
}

function openMarks(line: string): string {
  return [bold, italic].filter((mark) => line.split(mark).length % 2 === 0).join('');
}
