import { createHash } from 'node:crypto';
import type { Button, OutgoingMessage } from '../../../core/chat.js';
import { type Dialect, writeAs } from '../chat-markdown.js';

const mostOfMessage = 2_000;
const mostOfLabel = 80;
const mostInRow = 5;
const styles = { primary: 1, secondary: 2, danger: 4 } as const;
const suppressEmbeds = 4;

/** Discord's Markdown. What people wrote is escaped, so that it is shown as it was written. */
const markdown: Dialect = {
  text: (plain) => plain.replace(/[\\*_~|`<]/g, '\\$&').replace(/^(\s*)([#>-]|\d+\.)(?=\s)/gm, '$1\\$2'),
  bold: (inner) => `**${inner}**`,
  emphasis: (inner) => `_${inner}_`,
  code: (code) => `\`${code}\``,
  fence: (code) => `\`\`\`\n${code}\n\`\`\``,
  link: (label, url) => (label.includes('://') ? `<${url}>` : `[${label}](<${url}>)`),
  mention: (_name, userId) => `<@${userId}>`,
};

/** A message in Discord's API, posted or changed. */
export function discordMessage({ text, buttons = [] }: OutgoingMessage): Readonly<Record<string, unknown>> {
  const written = writeAs(markdown, text);
  return {
    // Much to escape is rare: then better shown with a mark too few than not at all.
    content: written.length <= mostOfMessage ? written : text.slice(0, mostOfMessage),
    flags: suppressEmbeds,
    // Whatever stands in a text, only those who are spoken to are told.
    allowed_mentions: { parse: [], users: mentionedIn(text) },
    components: rows(buttons).map((row) => ({ type: 1, components: row.map(buttonComponent) })),
  };
}

function mentionedIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\]\(mention:(\d+)\)/g)].map((match) => match[1] ?? ''))];
}

function rows(buttons: readonly Button[]): Button[][] {
  const all: Button[][] = [];
  for (let at = 0; at < buttons.length; at += mostInRow) all.push(buttons.slice(at, at + mostInRow));
  return all;
}

function buttonComponent({ label, value, style }: Button) {
  return {
    type: 2,
    style: styles[style ?? 'secondary'],
    label: label.slice(0, mostOfLabel),
    custom_id: value,
  };
}

/** The same key is the same nonce: for some minutes Discord takes a second message of one for the first. */
export function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 25);
}
