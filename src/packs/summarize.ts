import type { ContentChange, ContentDiff, ContentType, DetailChange } from '../core/content.js';

/** How many of something, and of what: `an action`, `3 policies`. */
export function count(number: number, type: ContentType): string {
  return `${number} ${number === 1 ? singular[type] : type}`;
}

/** A content type's name for one piece of it. */
export const singular: Readonly<Record<ContentType, string>> = {
  actions: 'action',
  aliases: 'alias',
  rules: 'rule',
  sensors: 'sensor',
  triggers: 'trigger',
  policies: 'policy',
};

/** Text as code in chat Markdown; a backtick in it would end the code, and a line break the line. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replace(/\s+/g, ' ').trim()}\``;
}

/**
 * A diff as one line of chat Markdown without a full stop, say
 * "adds 2 actions, changes a required parameter of `beans.cook`, removes the alias `deploy x`".
 */
export function summarizeDiff(diff: ContentDiff): string {
  const { before, after } = diff.version;
  if (before === null && after !== null) return `new pack, ${after}${withContent(diff)}`;
  if (after === null && before !== null) return `removes the pack${withContent(diff)}`;
  const parts = [
    ...summarizeChanges(diff),
    ...(diff.config.length > 0 ? ['changes its configuration options'] : []),
    ...(before === after ? [] : [`version ${before || '?'} → ${after || '?'}`]),
  ];
  if (parts.length > 0) return parts.join(', ');
  return summarizeRest(diff);
}

/** A change's ref or line, as code: aliases go by the line that people type, the rest by pack and name. */
export function nameOf(pack: string, change: ContentChange): string {
  const line = change.formats?.[0];
  return code(line === undefined ? `${pack}.${change.name}` : line);
}

function withContent(diff: ContentDiff): string {
  const types = new Map<ContentType, number>();
  for (const { type } of diff.content) types.set(type, (types.get(type) ?? 0) + 1);
  const parts = [...types].map(([type, number]) => count(number, type));
  return parts.length === 0 ? '' : ` with ${parts.join(', ')}`;
}

function summarizeRest(diff: ContentDiff): string {
  const files = diff.otherFiles.length;
  if (files > 0) return `changes ${files} other ${files === 1 ? 'file' : 'files'}`;
  return diff.manifest.length > 0 ? 'changes pack.yaml' : 'no changes';
}

const verbs = { added: 'adds', changed: 'changes', removed: 'removes' } as const;

function summarizeChanges(diff: ContentDiff): string[] {
  const groups = new Map<string, ContentChange[]>();
  for (const kind of ['added', 'changed', 'removed'] as const) {
    for (const change of diff.content.filter((candidate) => candidate.change === kind)) {
      const key = `${kind} ${change.type}`;
      groups.set(key, [...(groups.get(key) ?? []), change]);
    }
  }
  return [...groups.values()].map((changes) => summarizeGroup(diff.pack, changes));
}

function summarizeGroup(pack: string, changes: readonly ContentChange[]): string {
  const [first] = changes;
  if (first === undefined) return '';
  if (changes.length > 1) return `${verbs[first.change]} ${count(changes.length, first.type)}`;
  if (first.change !== 'changed')
    return `${verbs[first.change]} the ${singular[first.type]} ${nameOf(pack, first)}`;
  return `changes ${aspect(first.details)}${singular[first.type]} ${nameOf(pack, first)}`;
}

// What matters most to those who call it comes first.
const aspects: readonly (readonly [string, (detail: DetailChange) => boolean])[] = [
  ['a required parameter of the ', (detail) => detail.kind === 'parameter' && detail.required],
  ['the parameters of the ', (detail) => detail.kind === 'parameter'],
  ['the lines of the ', (detail) => detail.kind === 'format'],
  ['the code of the ', (detail) => detail.kind === 'code'],
];

function aspect(details: readonly DetailChange[]): string {
  return aspects.find(([, applies]) => details.some(applies))?.[0] ?? 'the ';
}
