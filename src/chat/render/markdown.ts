import { code, listed, oneLine } from '../../core/marks.js';

export { bold, code, listed, oneLine } from '../../core/marks.js';

/** Text with emphasis, for branches; as code where underscores at a word's edge would end the emphasis. */
export function em(text: string): string {
  const plain = oneLine(text);
  return /(?:^|\W)_|_(?:\W|$)|[*`[\]]/u.test(plain) ? code(plain) : `_${plain}_`;
}

/** A link. */
export function link(text: string, url: string): string {
  return `[${text}](${url})`;
}

/** At most so many names, and how many more there are. */
export function listedSome(names: readonly string[], max: number): string {
  // "and 1 more" is no shorter than the name.
  if (names.length <= max + 1) return listed(names);
  return `${names.slice(0, max).join(', ')} and ${names.length - max} more`;
}

/** A number with its noun: `1 pack`, `3 packs`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first letter as a capital. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A text cut to a length, without leaving a code mark or a link open. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text
    .slice(0, max - 2)
    .replace(/\s+\S{0,20}$/u, '')
    .replace(/\[[^\]]*(?:\](?:\([^)]*)?)?$/u, '');
  const isOpen = (cut.split('`').length - 1) % 2 === 1;
  return `${cut}…${isOpen ? '`' : ''}`;
}

/** Lines as bullets, at most so many, then how many more there are. */
export function bullets(lines: readonly string[], max: number, more?: string): string {
  const shown = lines.length <= max + 1 ? lines : lines.slice(0, max);
  const rest = lines.length - shown.length;
  const last = rest === 0 ? [] : [`…and ${rest} more${more === undefined ? '' : `: ${more}`}`];
  return [...shown.map((line) => `• ${line}`), ...last].join('\n');
}
