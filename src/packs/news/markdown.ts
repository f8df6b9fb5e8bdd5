import { cut, oneLine, quiet } from './text.js';

/** What the headings of a change log make of the points below them; `null`: they are for developers alone. */
const sections: Readonly<Record<string, string | null>> = {
  added: 'New: ',
  new: 'New: ',
  features: 'New: ',
  changed: '',
  changes: '',
  fixed: 'Fixed: ',
  fixes: 'Fixed: ',
  'bug fixes': 'Fixed: ',
  removed: 'Gone: ',
  deprecated: 'Soon gone: ',
  security: 'Safer: ',
  internal: null,
  chores: null,
  maintenance: null,
  development: null,
  dependencies: null,
  tests: null,
  ci: null,
};

const longestPoint = 500;

/**
 * The points of a text in Markdown as people read them in a chat: each item of a list and each paragraph is one. Headings
 * as change logs have them become a word before their points; what is for developers alone is left out.
 */
export function pointsOf(markdown: string): string[] {
  const points: string[] = [];
  let prefix: string | null = '';
  for (const block of blocksOf(markdown)) {
    if (block.kind === 'heading') {
      const known = sections[block.text.replace(/[:*_]/gu, '').trim().toLowerCase()];
      prefix = known === undefined ? '' : known;
      if (known === undefined) points.push(`*${chatMarkdown(block.text).replaceAll('*', '')}*`);
    } else if (prefix !== null) {
      points.push(cut(`${prefix}${chatMarkdown(block.text)}`, longestPoint));
    }
  }
  return points.filter((point) => point.replace(/[*_`\s]/gu, '') !== '');
}

interface Block {
  readonly kind: 'heading' | 'point';
  readonly text: string;
}

const heading = /^#{1,6}\s+(.+?)\s*#*$/u;
const item = /^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(.*)$/u;
const fence = /^\s*```/u;

/** Cuts a text into its points. Items of lists in lists belong to the item around them, and so does code. */
function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  let isCode = false;

  function begin(kind: Block['kind'], text: string): void {
    blocks.push({ kind, text });
    isOpen = kind === 'point';
  }

  function goOn(text: string): void {
    const last = isOpen ? blocks.pop() : undefined;
    begin('point', last === undefined ? text.trimStart() : `${last.text}${text}`);
  }

  for (const line of withoutComments(markdown).split(/\r?\n/u)) {
    const isFence = fence.test(line);
    if (isFence || isCode) goOn(`\n${isFence ? line.trim() : line}`);
    else readLine(line);
    if (isFence) isCode = !isCode;
  }
  return blocks;

  function readLine(line: string): void {
    const title = heading.exec(line)?.[1];
    const [, indent, listed] = item.exec(line) ?? [];
    if (title !== undefined) begin('heading', title);
    else if (listed !== undefined && (indent === '' || !isOpen)) begin('point', listed);
    else if (listed !== undefined) goOn(`\n  ◦ ${listed}`);
    else if (line.trim() === '') isOpen = false;
    else goOn(` ${line.trim()}`);
  }
}

function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?(?:-->|$)/gu, '');
}

/** Markdown as authors write it, in the marks that chats have: `*bold*`, `_emphasis_`, code and links. */
export function chatMarkdown(text: string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : inChatMarks(part)))
    .join('')
    .trim();
}

const bold = '\uE000';

function inChatMarks(text: string): string {
  return quiet(
    text
      .replace(/!\[([^\]]*)\]\([^)]*\)/gu, '$1')
      .replace(/<(https?:\/\/[^\s<>]+)>/gu, '$1')
      .replace(/<\/?[a-z][^<>]*>/giu, '')
      .replace(/\*\*(?=\S)(.+?)\*\*|(?<!\w)__(?=\S)(.+?)__(?!\w)/gu, (_all, a?: string, b?: string) => {
        return `${bold}${oneLine(a ?? b ?? '')}${bold}`;
      })
      .replace(/(?<![\w*])\*(?=[^\s*])([^*\n]+?)\*(?![\w*])/gu, '_$1_')
      .replaceAll(bold, '*'),
  );
}
