import { withoutMention } from '../../../core/mention.js';
import { objectIn, textIn } from './events.js';
import { isUserId } from './text.js';

/** What the bot is called. */
export interface OwnNames {
  readonly userId: string;
  /** As people see it; undefined where it has none. */
  readonly displayName: string | undefined;
}

/** A line as it was meant, and whether it names the bot. */
export interface HeardText {
  readonly text: string;
  readonly isMention: boolean;
}

/**
 * The text of a message: without what it quotes of the message that it answers, with people by their ids where they were
 * picked from a list, and without the bot's name at its beginning.
 */
export function heardText(content: Readonly<Record<string, unknown>>, own: OwnNames): HeardText {
  const relation = objectIn(content, 'm.relates_to');
  const isReply = 'm.in_reply_to' in relation && relation.is_falling_back !== true;
  const body = textIn(content, 'body') ?? '';
  const line = withIds(isReply ? withoutQuote(body) : body, textIn(content, 'formatted_body') ?? '', own);
  const { text, isNamed } = withoutName(line.text, own);
  const { user_ids: ids } = objectIn(content, 'm.mentions');
  // Whoever answers somebody mentions them by that alone, which makes no command of what they say.
  const isListed = !isReply && Array.isArray(ids) && ids.includes(own.userId);
  return { text, isMention: isNamed || line.isPicked || isListed };
}

/** Older clients begin an answer with lines of what it answers. */
function withoutQuote(body: string): string {
  if (!body.startsWith('> ')) return body;
  const lines = body.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('> '));
  return end < 0 ? '' : lines.slice(end).join('\n').trimStart();
}

const pill =
  /<a\s[^>]{0,200}?href=["']https:\/\/matrix\.to\/#\/([^"'?>]{1,600})["'?][^>]{0,200}>([^<]{1,300})<\/a>/gi;

/** Puts the ids of people where the text has only what they are called; their own client knows whom it meant. */
function withIds(body: string, formatted: string, { userId }: OwnNames): { text: string; isPicked: boolean } {
  const html = withoutReply(formatted);
  let text = '';
  let rest = body;
  let from = 0;
  let isPicked = false;
  for (const match of html.matchAll(pill)) {
    const [whole, link = '', label = ''] = match;
    const id = decoded(link);
    const name = unescaped(label);
    const at = placeOf(name, rest, unescaped(html.slice(from, match.index).replace(/<[^<>]*>/g, '')));
    if (!isUserId(id) || at < 0) continue;
    isPicked ||= id === userId;
    text += rest.slice(0, at) + id;
    rest = rest.slice(at + name.length);
    from = match.index + whole.length;
  }
  return { text: text + rest, isPicked };
}

/** Without the same in HTML. */
function withoutReply(html: string): string {
  const end = html.lastIndexOf('</mx-reply>');
  return end < 0 ? html : html.slice(end + '</mx-reply>'.length);
}

/** Where a name stands in a text that has what stands before it, too, which may hold the same word. */
function placeOf(name: string, text: string, before: string): number {
  let at = text.indexOf(name);
  for (let more = before.split(name).length - 1; more > 0 && at >= 0; more -= 1)
    at = text.indexOf(name, at + name.length);
  return at;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(unescaped(part));
  } catch {
    return '';
  }
}

function unescaped(html: string): string {
  return html
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#(?:39|x27);/gi, "'")
    .replace(/&amp;/g, '&');
}

/** `packtrain: status`, `@packtrain status`, and the same with the whole id. */
function withoutName(line: string, { userId, displayName }: OwnNames): { text: string; isNamed: boolean } {
  const text = line.trimStart();
  if (text.startsWith(userId) && !/^[\w.-]/.test(text.slice(userId.length)))
    return { text: text.slice(userId.length).replace(/^[:,]?\s*/, ''), isNamed: true };
  // The id of somebody else, who may be called the same.
  if (/^@[^\s:]+:\S/.test(text)) return { text: line, isNamed: false };
  const local = userId.slice(1, userId.indexOf(':'));
  for (const name of [displayName, local]) {
    if (name === undefined || name === '') continue;
    const said = withoutMention(text, name);
    if (said.addressed) return { text: said.text, isNamed: true };
  }
  return { text: line, isNamed: false };
}
