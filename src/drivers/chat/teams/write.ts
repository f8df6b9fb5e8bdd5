import type { Button, OutgoingMessage } from '../../../core/chat.js';
import { type Dialect, writeAs } from '../chat-markdown.js';

const escaped = (plain: string) =>
  plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** The few HTML elements of Teams' messages: its Markdown swallows single line breaks. */
const html: Dialect = {
  text: (plain) => escaped(plain).replace(/\n/g, '<br/>'),
  bold: (inner) => `<b>${inner}</b>`,
  emphasis: (inner) => `<i>${inner}</i>`,
  code: (code) => `<code>${escaped(code)}</code>`,
  fence: (code) => `<pre>${escaped(code)}</pre>`,
  link: (label, url) => `<a href="${escaped(url)}">${label}</a>`,
  mention: (name) => `<at>${escaped(name)}</at>`,
};

/** A message as an activity, posted or changed. @param accountOf the account in Teams by a person's id */
export async function teamsActivity(
  { text, buttons = [] }: OutgoingMessage,
  accountOf: (userId: string) => Promise<string>,
): Promise<Readonly<Record<string, unknown>>> {
  const mentions = [...text.matchAll(/\[@?([^[\]\n]{1,300})\]\(mention:([^()\s]{1,500})\)/g)];
  const entities = mentions.map(async ([, name = '', userId = '']) => ({
    type: 'mention',
    text: `<at>${escaped(name)}</at>`,
    mentioned: { id: await accountOf(userId), name },
  }));
  return {
    type: 'message',
    textFormat: 'xml',
    text: writeAs(html, text),
    entities: await Promise.all(entities),
    attachments: buttons.length === 0 ? [] : [cardWith(buttons)],
  };
}

function cardWith(buttons: readonly Button[]) {
  const actions = buttons.map(({ label, value, style }) => ({
    type: 'Action.Submit',
    title: label,
    data: { actionId: 'packtrain', value },
    ...(style === undefined ? {} : { style: style === 'primary' ? 'positive' : 'destructive' }),
  }));
  const $schema = 'http://adaptivecards.io/schemas/adaptive-card.json';
  const content = { $schema, type: 'AdaptiveCard', version: '1.4', body: [], actions };
  return { contentType: 'application/vnd.microsoft.card.adaptive', content };
}
