import type { Style } from './style.js';

// One alternative per construct, tried in this order at every place; a marker only counts at the edge of a word,
// so that pack_names and 2 * 3 stay as they are.
const construct = new RegExp(
  [
    /```(?:\w*\n)?(?<fence>[\s\S]*?)\n?```/,
    /`(?<code>[^`\n]+)`/,
    /\[(?<label>[^\]\n]+)\]\((?<url>[^)\s]+)\)/,
    /(?<![\w*])\*(?<bold>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])/,
    /(?<![\w_])_(?<em>[^_\s](?:[^\n]*?[^_\s])?)_(?![\w_])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

/** Turns chat Markdown into what a terminal shows. With the plain style only the words are left. */
export function renderMarkdown(text: string, style: Style): string {
  return text.replace(construct, (...found) => {
    const groups = found.at(-1) as Record<string, string | undefined>;
    return renderOne(groups, style);
  });
}

function renderOne(groups: Record<string, string | undefined>, style: Style): string {
  const { fence, code, label, url, bold, em } = groups;
  if (fence !== undefined) return fence.replace(/^/gm, '  ');
  if (code !== undefined) return style.cyan(code);
  if (label !== undefined) return style.link(renderMarkdown(label, style), url ?? '');
  if (bold !== undefined) return style.bold(renderMarkdown(bold, style));
  return style.italic(renderMarkdown(em ?? '', style));
}
