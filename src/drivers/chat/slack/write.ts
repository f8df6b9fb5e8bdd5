import { createHash } from 'node:crypto';
import type { Button, OutgoingMessage } from '../../../core/chat.js';
import { writeAs } from '../chat-markdown.js';
import { mrkdwn } from './text.js';

// Of a block; a message has room for many.
const mostOfBlock = 3_000;
// The longest name of a button.
const mostOfLabel = 75;

/** What a message is in Slack's API, posted or changed. */
export function slackMessage({ text, buttons = [] }: OutgoingMessage): Readonly<Record<string, unknown>> {
  const written = writeAs(mrkdwn, text);
  // Blocks of before are kept where none are named.
  if (buttons.length === 0) return { text: written, blocks: [] };
  const sections = chunks(written, mostOfBlock).map((chunk) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: chunk },
  }));
  return {
    text: written,
    blocks: [...sections, { type: 'actions', elements: buttons.map(buttonElement) }],
  };
}

function buttonElement({ label, value, style }: Button, at: number) {
  return {
    type: 'button',
    action_id: `packtrain-${at}`,
    text: { type: 'plain_text', text: label.slice(0, mostOfLabel) },
    value,
    ...(style === undefined ? {} : { style }),
  };
}

/** Text in pieces of at most so many characters, cut between lines where there are any. */
function chunks(text: string, most: number): string[] {
  if (text.length <= most) return [text];
  const line = text.lastIndexOf('\n', most);
  const cut = line > 0 ? line : most;
  return [text.slice(0, cut), ...chunks(text.slice(cut).replace(/^\n/, ''), most)];
}

/** The same key is the same id, in the form that Slack wants: it takes a second message of one for the first. */
export function clientMessageId(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
