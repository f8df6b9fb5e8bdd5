import { type Dialect, plainText, writeAs } from '../chat-markdown.js';
import { mrkdwn } from '../slack/text.js';
import type { ChatopsSettings } from './settings.js';

const plain: Dialect = {
  ...plainText,
  // Some bots have the mark in their names already.
  mention: (_name, userId) => `@${userId.replace(/^@/, '')}`,
};

const markdown: Dialect = {
  ...plain,
  bold: (inner) => `**${inner}**`,
  emphasis: (inner) => `_${inner}_`,
  fence: (code) => `\`\`\`\n${code}\n\`\`\``,
  link: (label, url) => (label === url ? url : `[${label}](${url})`),
};

// The bot knows names, where Slack itself knows ids.
const slack: Dialect = { ...mrkdwn, mention: plain.mention };

const dialects: Readonly<Record<ChatopsSettings['marks'], Dialect>> = { none: plain, markdown, slack };

/** A text as the chat behind the bot wants it. */
export function writtenFor(marks: ChatopsSettings['marks'], text: string): string {
  return writeAs(dialects[marks], text);
}

/**
 * A text as a parameter of an action. StackStorm fills templates in wherever they stand in one, and knows the names of all
 * that is in its datastore; so what begins a template becomes one that gives just these two characters.
 */
export function asParameter(text: string): string {
  return text.replace(/\{[{%#]/g, (mark) => `{{ '${mark}' }}`);
}
