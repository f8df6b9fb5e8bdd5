/** How a platform writes what chat Markdown says. Everything but code and addresses was written by `text` before. */
export interface Dialect {
  /** Plain text, so that nothing in it is taken for marks. */
  text(plain: string): string;
  bold(inner: string): string;
  emphasis(inner: string): string;
  code(code: string): string;
  fence(code: string): string;
  link(label: string, url: string): string;
  mention(name: string, userId: string): string;
}

/** Text without marks but for code, and with the addresses of links; who is mentioned is named. */
export const plainText: Dialect = {
  text: (text) => text,
  bold: (inner) => inner,
  emphasis: (inner) => inner,
  code: (code) => `\`${code}\``,
  fence: (code) => code,
  link: (label, url) => (label === url ? url : `${label} (${url})`),
  mention: (name) => name,
};

// One alternative per construct, tried in this order at every place. Every quantifier is bounded, and a mark counts only
// at the edge of a word, so that pack_names and 2*3 stay as they are.
const construct = new RegExp(
  [
    /^```(?:[\w-]*\n)?(?<fence>[\s\S]*?)\n?```[ \t]*$/,
    /`(?<code>[^`\n]{1,2000})`/,
    /\[@?(?<name>[^[\]\n]{1,300})\]\(mention:(?<user>[^()\s]{1,500})\)/,
    /\[(?<label>[^[\]\n]{1,300})\]\((?<url>https?:\/\/[^()\s]{1,2000})\)/,
    /(?<address>https?:\/\/[^\s<>"'`]{1,2000})/,
    /(?<![\w*])\*(?<bold>[^*\s](?:[^*\n]{0,500}[^*\s])?)\*(?![\w*])/,
    /(?<!\w)_(?<emphasis>[^_\s](?:[^\n]{0,300}?[^\s])?)_(?!\w)/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gm',
);

type Found = Readonly<Record<string, string | undefined>>;

/** Writes chat Markdown as a platform wants it. */
export function writeAs(dialect: Dialect, text: string): string {
  let written = '';
  let from = 0;
  for (const match of text.matchAll(construct)) {
    written += dialect.text(text.slice(from, match.index)) + writeOne(dialect, match.groups ?? {});
    from = match.index + match[0].length;
  }
  return written + dialect.text(text.slice(from));
}

function writeOne(dialect: Dialect, found: Found): string {
  const { fence, code, name, user, label, url, bold, emphasis } = found;
  if (fence !== undefined) return dialect.fence(fence);
  if (code !== undefined) return dialect.code(code);
  if (user !== undefined) return dialect.mention(name ?? user, user);
  if (url !== undefined) return dialect.link(writeAs(dialect, label ?? url), url);
  if (bold !== undefined) return dialect.bold(writeAs(dialect, bold));
  if (emphasis !== undefined) return dialect.emphasis(writeAs(dialect, emphasis));
  return writeAddress(dialect, found.address ?? '');
}

// What ends a sentence is no part of an address.
function writeAddress(dialect: Dialect, found: string): string {
  const url = found.replace(/[.,;:!?)\]*_]+$/, '');
  return dialect.link(dialect.text(url), url) + dialect.text(found.slice(url.length));
}
