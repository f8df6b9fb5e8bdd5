import { type Dialect, plainText, writeAs } from '../chat-markdown.js';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign);
const inAttribute = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

/** The HTML that clients show; everything but its own marks is escaped. */
const html: Dialect = {
  text: (plain) => escaped(plain).replace(/\n/g, '<br>'),
  bold: (inner) => `<strong>${inner}</strong>`,
  emphasis: (inner) => `<em>${inner}</em>`,
  code: (code) => `<code>${escaped(code)}</code>`,
  fence: (code) => `<pre><code>${escaped(code)}</code></pre>`,
  link: (label, url) => `<a href="${inAttribute(url)}">${label}</a>`,
  mention: (name, userId) =>
    isUserId(userId) ? `<a href="${inAttribute(linkTo(userId))}">${escaped(name)}</a>` : escaped(name),
};

/** A text as it is sent. */
export interface Written {
  readonly body: string;
  readonly html: string;
  /** The people whom it speaks to, by their ids. */
  readonly mentions: readonly string[];
}

/** Writes chat Markdown as Matrix wants it: as text, and as HTML. */
export function written(text: string): Written {
  // A control character takes six bytes each, and nobody means one.
  const clean = text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])\p{Cc}/gu, ' ');
  const mentions = new Set<string>();
  const noting: Dialect = {
    ...html,
    mention(name, userId) {
      if (isUserId(userId)) mentions.add(userId);
      return html.mention(name, userId);
    },
  };
  // A block of code brings its own lines; one more before or behind would be an empty one.
  const marked = writeAs(noting, clean)
    .replace(/<br><pre>/g, '<pre>')
    .replace(/<\/pre><br>/g, '</pre>');
  return { body: writeAs(plainText, clean), html: marked, mentions: [...mentions] };
}

/** The address by which clients know somebody who is mentioned. */
function linkTo(userId: string): string {
  const id = encodeURIComponent(userId).replace(/%40/g, '@').replace(/%3A/gi, ':');
  return `https://matrix.to/#/${id}`;
}

/** Whether an id is that of a person, rather than a room's. */
export function isUserId(id: string): boolean {
  return /^@[^:\s]{1,254}:[^\s]{1,254}$/.test(id);
}
