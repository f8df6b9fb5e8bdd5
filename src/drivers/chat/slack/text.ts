import type { Dialect } from '../chat-markdown.js';

/** Slack's own marks, called mrkdwn. Only `&`, `<` and `>` have to be escaped. */
export const mrkdwn: Dialect = {
  text: (plain) => plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
  bold: (inner) => `*${inner}*`,
  emphasis: (inner) => `_${inner}_`,
  code: (code) => `\`${mrkdwn.text(code)}\``,
  fence: (code) => `\`\`\`\n${mrkdwn.text(code)}\n\`\`\``,
  link: (label, url) => `<${mrkdwn.text(url).replace(/\|/g, '%7C')}|${label.replace(/\|/g, '/')}>`,
  mention: (_name, userId) => `<@${userId}>`,
};

/**
 * A line as it was typed: what Slack made of names, channels and addresses is undone. People stand in it by their ids,
 * as `@U012AB3CD`; a mention of the bot at its beginning is left out.
 */
export function asTyped(text: string, botUserId: string | undefined): string {
  return withoutBot(text, botUserId)
    .replace(/<@([A-Z0-9]+)(?:\|[^<>]*)?>/g, '@$1')
    .replace(/<#([A-Z0-9]+)\|([^<>]+)>/g, '#$2')
    .replace(/<!(here|channel|everyone)(?:\|[^<>]*)?>/g, '@$1')
    .replace(/<(?:https?:\/\/|mailto:)[^<>|\s]*\|([^<>]+)>/g, '$1')
    .replace(/<((?:https?:\/\/|mailto:)[^<>|\s]*)>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

function withoutBot(text: string, botUserId: string | undefined): string {
  if (botUserId === undefined) return text;
  const mention = new RegExp(`^\\s*<@${botUserId}(?:\\|[^<>]*)?>[:,]?\\s*`);
  return text.replace(mention, '');
}
