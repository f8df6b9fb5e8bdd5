import { isAlias, isMap, isSeq } from 'yaml';
import { keyText, resolve } from '../locate.js';
import type { Finding, Tree } from '../yaml.js';

/** Keys that stand twice in a map, and one that JavaScript would swallow. */
export function checkKeys(tree: Tree): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<unknown>();
  visit(tree.root);
  return findings;

  function visit(node: unknown): void {
    if (isAlias(node) || seen.has(node)) return;
    seen.add(node);
    if (isSeq(node)) for (const item of node.items) visit(item);
    if (!isMap(node)) return;
    findings.push(...repeated(tree, node.items));
    for (const pair of node.items) visit(pair.value);
  }
}

function repeated(tree: Tree, pairs: readonly { key: unknown; value: unknown }[]): readonly Finding[] {
  const first = new Map<string, number>();
  return pairs.flatMap((pair) => {
    const key = keyText(pair);
    const offset = (resolve(tree, pair.key) as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
    const before = first.get(key);
    first.set(key, before ?? offset);
    if (key === '__proto__') return [{ offset, text: 'There is no key "__proto__".' }];
    if (before === undefined || key === '<<') return [];
    const { line } = tree.place(before);
    return [{ offset, text: `"${key}" stands twice in this map; the first is in line ${line}.` }];
  });
}
