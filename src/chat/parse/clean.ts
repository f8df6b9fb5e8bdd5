// Private-use characters stand for protected ones while a line is matched, so none may come in from outside.
const invisible = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\uE000-\uE00F]|\p{Cc}(?<!\s)/gu;
const doubleQuotes = /[\u201C-\u201F\u2033\u00AB\u00BB]/gu;
const singleQuotes = /[\u2018-\u201B\u2032]/gu;
const longDash = /(?<=^|\s)[\u2013\u2014](?=\w)/gu;

/**
 * A line as it was meant: what phones, word processors and chats make of plain typing is undone. Smart quotes, long
 * dashes, no-break spaces, invisible signs, code marks around the whole, and links that were made of plain words.
 */
export function cleanLine(text: string): string {
  const plain = text
    .replace(invisible, '')
    .replace(doubleQuotes, '"')
    .replace(singleQuotes, "'")
    .replace(longDash, '--')
    .replace(/\s+/gu, ' ')
    .trim();
  return unlinked(withoutMarks(plain));
}

function withoutMarks(text: string): string {
  const inner = /^(`{1,3})(?!`)(.*[^`])\1$/u.exec(text)?.[2];
  return inner === undefined || inner.includes('`') ? text : inner.trim();
}

// `<https://…|feature/x.io>`, `<https://…>` and `[feature/x.io](https://…)` are what was typed, made a link.
function unlinked(text: string): string {
  return text
    .replace(/<https?:\/\/[^\s<>|]{1,2000}\|([^<>|]{1,500})>/giu, '$1')
    .replace(/<(https?:\/\/[^\s<>|]{1,2000})>/giu, '$1')
    .replace(/\[([^[\]]{1,500})\]\(https?:\/\/[^\s()]{1,2000}\)/giu, '$1');
}
