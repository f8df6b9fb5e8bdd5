import type { Node, SetItem } from './nodes.js';

const simple: ReadonlySet<Node['kind']> = new Set(['char', 'any', 'set', 'at', 'reference']);

function same(one: Node | undefined, other: Node | undefined): boolean {
  if (one === undefined || other === undefined || !simple.has(one.kind)) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

function setItemsOf(branch: readonly Node[]): readonly SetItem[] | undefined {
  const [node] = branch;
  if (node === undefined || branch.length !== 1) return undefined;
  if (node.kind === 'char' && !node.negate) return [{ kind: 'char', code: node.code }];
  return node.kind === 'set' && !node.negate ? node.items : undefined;
}

function asSet(branches: readonly (readonly Node[])[]): Node | undefined {
  const items = branches.map(setItemsOf);
  if (items.includes(undefined)) return undefined;
  return { kind: 'set', negate: false, items: items.flatMap((part) => part ?? []) };
}

/**
 * The alternatives of `a|b|c` as parts in a row. Python moves a common beginning out of the alternatives and makes
 * a set of single characters; the same is done here because it decides which anchors are seen (see `anchors.ts`).
 */
export function joinBranches(branches: readonly (readonly Node[])[]): readonly Node[] {
  const [first = []] = branches;
  if (branches.length === 1) return first;
  const differs = first.findIndex((node, at) => !branches.every((branch) => same(node, branch[at])));
  const common = differs === -1 ? first.length : differs;
  const rest = branches.map((branch) => branch.slice(common));
  return [...first.slice(0, common), asSet(rest) ?? { kind: 'branch', branches: rest }];
}
