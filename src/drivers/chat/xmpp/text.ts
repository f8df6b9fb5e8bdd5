import { type Element, xml } from '@xmpp/client';
import { type Dialect, writeAs } from '../chat-markdown.js';
import { ns } from './ns.js';

/** Somebody as a room knows them. */
export interface Called {
  readonly nick: string;
  /** Their own address. */
  readonly jid: string;
}

/** A text as it is sent. */
export interface Written {
  readonly body: string;
  /** Whom it mentions, and where, for clients that tell them by it. */
  readonly references: readonly Element[];
}

// Stand around a mention until it is known where it came to stand; nothing else of their kind is left in a text.
const opening = '\u0002';
const closing = '\u0003';

/** Message Styling is written as chat Markdown is, but for links, which it has not. */
function styling(callOf: (userId: string) => Called | undefined, called: Called[]): Dialect {
  return {
    text: (plain) => plain,
    bold: (inner) => `*${inner}*`,
    emphasis: (inner) => `_${inner}_`,
    code: (code) => `\`${code}\``,
    fence: (code) => `\`\`\`\n${code}\n\`\`\``,
    link: (label, url) => (label === url ? url : `${label} (${url})`),
    mention(name, userId) {
      const one = callOf(userId);
      if (one === undefined) return name;
      called.push(one);
      return `${opening}${one.nick}${closing}`;
    },
  };
}

/** Writes a text, with people by their nicks, by which clients know that they are meant. */
export function written(text: string, callOf: (userId: string) => Called | undefined): Written {
  const called: Called[] = [];
  const [before = '', ...pieces] = writeAs(styling(callOf, called), storable(text)).split(opening);
  let body = before;
  const references: Element[] = [];
  for (const [index, piece] of pieces.entries()) {
    const [nick = '', rest = ''] = piece.split(closing);
    const begin = Array.from(body).length;
    const end = begin + Array.from(nick).length;
    const uri = `xmpp:${encodeURI(called[index]?.jid ?? '')}`;
    references.push(
      xml('reference', { xmlns: ns.reference, type: 'mention', begin: `${begin}`, end: `${end}`, uri }),
    );
    body += nick + rest;
  }
  return { body, references };
}

/** What a stream can carry: one with anything else in it would be closed by the server. */
function storable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, ' ')
    .replace(/[\uFFFE\uFFFF]/g, '')
    .replace(/\p{Cs}/gu, '\uFFFD');
}
