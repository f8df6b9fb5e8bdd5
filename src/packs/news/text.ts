/** Text of somebody else's on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** A text cut to a length at the end of a word, without leaving a code mark or a link open. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = text
    .slice(0, max - 2)
    .replace(/\s+\S{0,30}$/u, '')
    .replace(/\[[^\]]*(?:\](?:\([^)]*)?)?$/u, '');
  const isFenced = (short.split('```').length - 1) % 2 === 1;
  const isOpen = !isFenced && (short.split('`').length - 1) % 2 === 1;
  return `${short}…${isFenced ? '\n```' : isOpen ? '`' : ''}`;
}

/** A description as the rest of a sentence's line: its first line, without a full stop. */
export function phraseOf(description: string): string {
  const [first = ''] = description.trim().split('\n');
  return cut(oneLine(plain(first)), 160).replace(/\.$/u, '');
}

/** Names as people list them: `a, b and c`; beyond a few, how many more. */
export function listedWith(word: 'and' | 'or', names: readonly string[], max = 6): string {
  if (names.length > max)
    return `${names.slice(0, max - 1).join(', ')} ${word} ${names.length - max + 1} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** The first letter as a capital, unless code begins it. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Words that call everybody in a channel call nobody: an announcement is no alarm. */
export function quiet(text: string): string {
  return text
    .replace(/<!(\w+)[^>]*>/gu, '$1')
    .replace(/@(?=(?:here|channel|everyone|all|room)\b)/giu, '@\u200b');
}

/** Text whose marks of Markdown say nothing: in one of ours they would end what is open. */
function plain(text: string): string {
  return quiet(text).replace(/[*_`[\]]{2,}/gu, '');
}
