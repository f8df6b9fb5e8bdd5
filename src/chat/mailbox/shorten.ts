/** How long a text may be. */
export interface Room {
  /** In characters. */
  readonly maxLength: number;
  readonly maxLines?: number;
}

// What is not cut apart: fences come line by line, so that a long one can be cut between its lines. Every quantifier is
// bounded: a text made to be slow is as fast as any other.
const piece =
  /\n|[^\S\n]+|`[^`\n]{1,2000}`|\[[^[\]\n]{1,300}\]\([^()\s]{1,2000}\)|\*(?!\s)[^*\n]{1,200}\*|_(?![\s_])[^_\n]{1,200}_|[^\s`[*_]+|./gu;
const fenceMark = /^```/;
const closing = '\n```';

/**
 * A text cut to what there is room for, with `more` behind it, such as a link to all of it. It is cut between lines or
 * words, never within code, a link, bold or a mask; a fence that is cut is closed. A single piece that is too long for the
 * room is cut within.
 */
export function shorten(text: string, room: Room, more: string): string {
  if (fits(text, room)) return text;
  const lines = room.maxLines ?? Number.POSITIVE_INFINITY;
  const head = { maxLength: room.maxLength - more.length - 1, maxLines: Math.max(1, lines - 1) };
  // Where there is a single line, it ends with the rest.
  const glue = lines < 2 ? ' ' : '\n';
  const kept = head.maxLength <= 0 ? '' : keep(text, head);
  return kept === '' ? hardCut(more, room.maxLength) : `${kept}${glue}${more}`;
}

function fits(text: string, { maxLength, maxLines = Number.POSITIVE_INFINITY }: Room): boolean {
  return text.length <= maxLength && countLines(text) <= maxLines;
}

function countLines(text: string): number {
  return text.split('\n').length;
}

/** The longest beginning that there is room for. */
function keep(text: string, room: Required<Room>): string {
  const lines = text.split('\n');
  let kept = '';
  let isFenced = false;
  for (const [index, line] of lines.entries()) {
    const isMark = fenceMark.test(line.trimStart());
    const willBeFenced: boolean = isMark !== isFenced;
    const longer = index === 0 ? line : `${kept}\n${line}`;
    if (!fits(closed(longer, willBeFenced), room))
      return lastLine({ kept, line, index, isFenced, isMark }, room);
    kept = longer;
    isFenced = willBeFenced;
  }
  return closed(kept, isFenced);
}

function closed(text: string, isFenced: boolean): string {
  return isFenced ? `${text}${closing}` : text;
}

interface Rest {
  readonly kept: string;
  /** The line for which there is not enough room. */
  readonly line: string;
  readonly index: number;
  readonly isFenced: boolean;
  readonly isMark: boolean;
}

/** Of the line that is too long as many words as there is room for, if that is worth a line. */
function lastLine({ kept, line, index, isFenced, isMark }: Rest, room: Required<Room>): string {
  const before = index === 0 ? '' : `${kept}\n`;
  const end = isFenced ? closing.length : 0;
  const left = room.maxLength - before.length - end - 1;
  const isRoomForLine = index === 0 || countLines(closed(before, isFenced)) <= room.maxLines;
  if (isMark || left < 1 || !isRoomForLine) return closed(kept, isFenced);
  const words = isFenced ? hardCut(line, left) : wordsOf(line, left);
  if (words !== '') return closed(`${before}${words}…`, isFenced);
  // A single piece fills all the room.
  return index === 0 ? `${hardCut(line, left)}…` : closed(kept, isFenced);
}

function wordsOf(line: string, most: number): string {
  let kept = '';
  for (const [part] of line.matchAll(piece)) {
    if (kept.length + part.length > most) break;
    kept += part;
  }
  const isWhole = kept.length === line.length;
  // What was broken off in the middle of a word, where marks stand in it, goes with it.
  const whole =
    isWhole || /\s$/.test(kept) || /^\s/.test(line.slice(kept.length)) ? kept : kept.replace(/\S+$/u, '');
  return whole.trimEnd();
}

/** As many characters as there is room for, with none of them halved and no mask cut. */
function hardCut(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text
    .slice(0, Math.max(0, most))
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/•+$/u, '');
  const isOpen = cut.split('`').length % 2 === 0;
  return isOpen ? cut.replaceAll('`', '') : cut;
}
