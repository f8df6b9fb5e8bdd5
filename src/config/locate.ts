import { isAlias, isMap, isPair, isScalar, isSeq, type Pair } from 'yaml';
import type { Tree } from './yaml.js';

/** Steps from the root to a value: keys of maps, indices of lists. */
export type Path = readonly PropertyKey[];

/** Where the value at a path stands; where it is missing, the nearest thing around it. */
export function valueOffset(tree: Tree, path: Path): number {
  return search(tree, path).value;
}

/** Where the key at a path stands; for an entry of a list, the entry. */
export function keyOffset(tree: Tree, path: Path): number {
  return search(tree, path).key;
}

function search(tree: Tree, path: Path): { key: number; value: number } {
  let node: unknown = tree.root;
  let at = { key: startOf(tree.root) ?? 0, value: startOf(tree.root) ?? 0 };
  for (const [depth, step] of path.entries()) {
    const child = childOf(tree, node, step);
    if (child === undefined) return depth === 0 ? at : { key: at.key, value: at.key };
    const key = startOf(child.key) ?? startOf(child.value) ?? at.key;
    at = { key, value: startOf(child.value) ?? key };
    node = child.value;
  }
  return at;
}

/** A node's own place; an alias stands where it is written. */
function startOf(node: unknown): number | undefined {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range?.[0];
}

function childOf(tree: Tree, node: unknown, step: PropertyKey): { key: unknown; value: unknown } | undefined {
  const target = resolve(tree, node);
  if (isSeq(target)) return { key: undefined, value: target.items[Number(step)] };
  if (!isMap(target)) return undefined;
  const pair = target.items.findLast((item) => keyText(item) === String(step));
  return pair ?? mergedChild(tree, target.items, step);
}

function mergedChild(tree: Tree, items: readonly Pair[], step: PropertyKey) {
  for (const item of items.filter((pair) => keyText(pair) === '<<')) {
    const source = resolve(tree, item.value);
    const maps: readonly unknown[] = isSeq(source) ? source.items : [source];
    const found = maps.map((map) => ownChild(tree, map, step)).find((child) => child !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

// One level only: a merged map that merges others is rare, and a map may even merge itself.
function ownChild(tree: Tree, node: unknown, step: PropertyKey): Pair | undefined {
  const map = resolve(tree, node);
  return isMap(map) ? map.items.find((item) => keyText(item) === String(step)) : undefined;
}

/** What an alias stands for; any other node is itself. */
export function resolve(tree: Tree, node: unknown): unknown {
  return isAlias(node) ? node.resolve(tree.document) : node;
}

/** The text of a pair's key. */
export function keyText(pair: unknown): string {
  if (!isPair(pair)) return '';
  const key = isScalar(pair.key) ? pair.key.value : undefined;
  // The library turns a merge key into a symbol.
  return typeof key === 'symbol' ? (key.description ?? '') : String(key ?? '');
}
