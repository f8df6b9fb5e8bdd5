import type { Child } from 'hono/jsx';

/**
 * Chat Markdown as page elements: `*bold*`, `_emphasis_`, code, fenced code, `[text](url)` and bare web addresses.
 * It makes elements, never HTML text, so nothing that somebody writes can become markup.
 */
export function Markdown({ text }: { readonly text: string }) {
  return <>{blocksOf(text).map((block) => renderBlock(block))}</>;
}

interface Block {
  readonly isCode: boolean;
  readonly text: string;
}

const fence = /^```[\w-]*\n?([\s\S]*?)\n?```[ \t]*$/gm;

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (const match of text.matchAll(fence)) {
    blocks.push({ isCode: false, text: text.slice(from, match.index) });
    blocks.push({ isCode: true, text: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  blocks.push({ isCode: false, text: text.slice(from) });
  return blocks
    .map((block) => (block.isCode ? block : { ...block, text: block.text.replace(/^\n+|\n+$/g, '') }))
    .filter((block) => block.isCode || block.text.trim() !== '');
}

function renderBlock(block: Block): Child {
  if (!block.isCode) return <p>{inline(block.text, 0)}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide code scrolls, so a keyboard has to be able to reach it
    <pre tabIndex={0}>
      <code>{block.text}</code>
    </pre>
  );
}

interface Span {
  readonly pattern: RegExp;
  readonly render: (match: RegExpExecArray, depth: number) => Child;
}

// Every quantifier is bounded: a line made to be slow is as fast as any other.
const spans: readonly Span[] = [
  { pattern: /`([^`\n]{1,2000})`/y, render: (match) => <code>{match[1]}</code> },
  {
    pattern: /\[([^[\]\n]{1,300})\]\(([^()\s]{1,2000})\)/y,
    render: (match, depth) => linkTo(match[2] ?? '', inline(match[1] ?? '', depth + 1)) ?? match[0],
  },
  { pattern: /https?:\/\/[^\s<>"'`]{1,2000}/y, render: (match) => bareLink(match[0]) },
  {
    pattern: /\*(?!\s)([^*\n]{1,500})(?<!\s)\*(?!\w)/y,
    render: (match, depth) => <strong>{inline(match[1] ?? '', depth + 1)}</strong>,
  },
  {
    pattern: /_(?![\s_])([^\n]{1,300}?)(?<!\s)_(?!\w)/y,
    render: (match, depth) => <em>{inline(match[1] ?? '', depth + 1)}</em>,
  },
];

const deepest = 3;

function inline(text: string, depth: number): Child[] {
  if (depth > deepest) return [text];
  const parts: Child[] = [];
  let plainFrom = 0;
  let at = 0;
  while (at < text.length) {
    const found = startsWord(text, at) ? spanAt(text, at, depth) : undefined;
    if (found === undefined) {
      at += 1;
      continue;
    }
    parts.push(text.slice(plainFrom, at), found.child);
    at += found.length;
    plainFrom = at;
  }
  parts.push(text.slice(plainFrom));
  return parts.filter((part) => part !== '');
}

// `snake_case_name` and `2*3*4` hold no emphasis.
function startsWord(text: string, at: number): boolean {
  return at === 0 || !/\w/.test(text[at - 1] ?? '') || text[at] === '`';
}

function spanAt(text: string, at: number, depth: number): { child: Child; length: number } | undefined {
  for (const { pattern, render } of spans) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { child: render(match, depth), length: match[0].length };
  }
  return undefined;
}

function bareLink(found: string): Child {
  const url = found.replace(/[.,;:!?)\]*_]+$/, '');
  return (
    <>
      {linkTo(url, [url]) ?? url}
      {found.slice(url.length)}
    </>
  );
}

/** A link where the address is a web page or one of ours; nothing else can be followed. Whom a mention calls is bold. */
function linkTo(href: string, children: Child[]): Child | undefined {
  if (href.startsWith('mention:')) return <strong>{children}</strong>;
  if (/^\/(?![/\\])/.test(href)) return <a href={href}>{children}</a>;
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return undefined;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
