import type { Element } from '@xmpp/client';
import { bareOf } from './jid.js';
import { ns } from './ns.js';

/** What we are called where a line was written. */
export interface OwnNames {
  /** Now, and wanted. */
  readonly nicks: readonly string[];
  /** Our addresses: our own, and that in the room. */
  readonly jids: readonly string[];
}

/** A part of a body, counted in whole characters. */
interface Span {
  readonly begin: number;
  readonly end: number;
  readonly said: string;
}

/**
 * A line as it was meant: without what it quotes of another, with people by their addresses where the client said whom it
 * mentions, and without a mention of us at its beginning.
 */
export function spoken(
  message: Element,
  own: OwnNames,
): { readonly text: string; readonly isMention: boolean } {
  const body = Array.from(message.getChildText('body') ?? '');
  const quoted = quotes(message);
  const start = quoted.reduce((at, { begin, end }) => (begin <= at ? Math.max(at, end) : at), 0);
  const mentions = mentionsIn(message);
  const isOurs = ({ said }: Span) => own.jids.includes(said);
  const first = mentions.find((one) => isOurs(one) && body.slice(start, one.begin).join('').trim() === '');
  const people = mentions
    .filter((one) => !isOurs(one))
    .map((one) => ({ ...one, said: body[one.begin - 1] === '@' ? one.said : `@${one.said}` }));
  const taken = first === undefined ? quoted : [...quoted, { ...first, said: '' }];
  const text = clean(replaced(body, [...taken, ...people]));
  if (first !== undefined) return { text: text.replace(/^\s*@?[:,]?\s*/, ''), isMention: true };
  return withoutNick(text, own.nicks);
}

/** What stands before an answer for clients that don't know answers. */
function quotes(message: Element): readonly Span[] {
  return message
    .getChildren('fallback', ns.fallback)
    .filter(({ attrs }) => attrs.for === ns.reply)
    .flatMap((one) => one.getChildren('body'))
    .flatMap(({ attrs }) => spanOf(attrs, ''));
}

function mentionsIn(message: Element): readonly Span[] {
  return message
    .getChildren('reference', ns.reference)
    .filter(({ attrs }) => attrs.type === 'mention' && attrs.uri?.startsWith('xmpp:'))
    .flatMap(({ attrs }) => spanOf(attrs, jidIn(attrs.uri ?? '')));
}

function spanOf({ start, begin = start, end }: Record<string, string | undefined>, said: string): Span[] {
  const span = { begin: Number(begin), end: Number(end), said };
  return Number.isInteger(span.begin) && Number.isInteger(span.end) && span.begin < span.end ? [span] : [];
}

/** The address in `xmpp:ann@example.net?message`; of somebody in a room with the nick as it is. */
function jidIn(uri: string): string {
  const [address = ''] = uri.slice('xmpp:'.length).split('?');
  const [bare = '', ...nick] = address.split('/').map(decoded);
  return nick.length === 0 ? bareOf(bare) : `${bareOf(bare)}/${nick.join('/')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function replaced(body: readonly string[], spans: readonly Span[]): string {
  let text = '';
  let at = 0;
  for (const { begin, end, said } of spans.toSorted((a, b) => a.begin - b.begin)) {
    if (begin < at) continue;
    text += body.slice(at, begin).join('') + said;
    at = end;
  }
  return text + body.slice(at).join('');
}

function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}/gu, '');
}

function withoutNick(
  line: string,
  nicks: readonly string[],
): { readonly text: string; readonly isMention: boolean } {
  const rest = line.trimStart();
  for (const nick of nicks)
    for (const [called, mark] of [
      [nick, /^[:,]\s*/],
      [`@${nick}`, /^(?:[:,]\s*|\s+)/],
    ] as const) {
      const found =
        rest.toLowerCase().startsWith(called.toLowerCase()) && mark.exec(rest.slice(called.length));
      if (found) return { text: rest.slice(called.length + found[0].length), isMention: true };
    }
  return { text: line, isMention: false };
}
