import { type Dialect, writeAs } from '../chat-markdown.js';

// Nobody sees it, and it ends a word.
const nothing = '\u200b';

/**
 * Mattermost's Markdown. What others wrote is escaped, so that it is shown as it was written, and speaks to nobody: a
 * mention counts wherever an `@` begins a word, or is spelled as a character reference.
 */
export function markdown(names: ReadonlyMap<string, string>): Dialect {
  return {
    text: (plain) =>
      plain
        .replace(/[\\`*_~|[\]]/g, '\\$&')
        // What comes next may make an image of it.
        .replace(/!$/, '\\!')
        .replace(/^(\s*)([#>+-]+)(?=\s)/gm, '$1\\$2')
        .replace(/^(\s*\d+)([.)])(?=\s)/gm, '$1\\$2')
        .replace(/&(?=#?\w{1,31};)/g, `&${nothing}`)
        .replace(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}._:@-]|$)/gu, `@${nothing}`),
    bold: (inner) => `**${inner}**`,
    emphasis: (inner) => `_${inner}_`,
    code: (code) => `\`${code}\``,
    fence: (code) => `\`\`\`\n${code}\n\`\`\``,
    link: (label, url) => {
      const quiet = url.replace(/(?<![\p{L}\p{N}])@/gu, '%40').replace(/&(#?\w{1,31});/g, '&$1%3B');
      return label.includes('://') ? quiet : `[${label}](${quiet})`;
    },
    mention(name, userId) {
      const username = names.get(userId);
      return username === undefined ? this.text(name) : `@${username}`;
    },
  };
}

/** The accounts that a text mentions. */
export function mentionedIn(text: string): readonly string[] {
  return [...text.matchAll(/\]\(mention:([^()\s]{1,500})\)/g)].map((match) => match[1] ?? '');
}

/** A text as it is posted, in at most so many characters: what is escaped takes more room than what was said. */
export function writtenText(text: string, names: ReadonlyMap<string, string>, most: number): string {
  for (let room = text.length; ; room = Math.floor(room * 0.9)) {
    const written = writeAs(markdown(names), cut(text, room));
    if (written.length <= most || room === 0) return written;
  }
}

function cut(text: string, room: number): string {
  return room >= text.length ? text : `${text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const everybody = new Set(['all', 'channel', 'here']);
const mention = /(?<![\w@])@([a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?)(?![a-z0-9])/gi;

/** The names that a line mentions, in small letters; not those that stand for everybody. */
export function namesIn(line: string): readonly string[] {
  return [...line.matchAll(mention)]
    .map(([, name = '']) => name.toLowerCase())
    .filter((name) => !everybody.has(name));
}

/**
 * A line as the rest of Packtrain reads it: people stand in it by their ids, and a mention of the bot at its beginning is
 * left out.
 */
export function asTyped(
  line: string,
  bot: string,
  ids: ReadonlyMap<string, string>,
): { readonly text: string; readonly isMention: boolean } {
  const isMention = namesIn(line).includes(bot);
  const [first] = namesIn(line);
  const rest = isMention && first === bot ? line.replace(/^\s*@[\w.-]*\w[:,]?\s*/, '') : line;
  const text = rest.replace(mention, (said, name: string) => {
    const id = ids.get(name.toLowerCase());
    return id === undefined ? said : `@${id}`;
  });
  return { text, isMention };
}
