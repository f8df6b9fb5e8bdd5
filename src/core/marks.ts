/** Text in bold, for names. Marks in it would end the bold, so they go. */
export function bold(text: string): string {
  return `*${oneLine(text).replace(/[*[\]]/gu, '') || '?'}*`;
}

/** Text as code; a backtick in it would end the code. */
export function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'")}\``;
}

/** Text of somebody else's on one line, so that it can't pass for more of ours. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Names as people list them: `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
