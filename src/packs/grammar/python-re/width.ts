import type { Node, Repeat } from './nodes.js';

/** The fewest and the most code points that something can take. */
export interface Width {
  readonly min: number;
  readonly max: number;
}

/** The widths of the closed groups, by number. */
export type GroupWidths = ReadonlyMap<number, Width>;

function widest(widths: readonly Width[]): Width {
  return {
    min: Math.min(...widths.map((width) => width.min)),
    max: Math.max(...widths.map((width) => width.max)),
  };
}

function repeatWidth(node: Repeat, groups: GroupWidths): Width {
  const body = widthOf(node.body, groups);
  const max = node.max === Infinity && body.max === 0 ? 0 : body.max * node.max;
  return { min: body.min * node.min, max: Number.isNaN(max) ? 0 : max };
}

function nodeWidth(node: Node, groups: GroupWidths): Width {
  switch (node.kind) {
    case 'char':
    case 'any':
    case 'set':
      return { min: 1, max: 1 };
    case 'at':
    case 'look':
      return { min: 0, max: 0 };
    case 'reference':
      return groups.get(node.group) ?? { min: 0, max: 0 };
    case 'branch':
      return widest(node.branches.map((branch) => widthOf(branch, groups)));
    case 'condition':
      return widest([node.branches[0] ?? [], node.branches[1] ?? []].map((part) => widthOf(part, groups)));
    case 'repeat':
      return repeatWidth(node, groups);
    case 'atomic':
    case 'group':
      return widthOf(node.body, groups);
  }
}

/** The width of parts in a row. */
export function widthOf(nodes: readonly Node[], groups: GroupWidths): Width {
  const widths = nodes.map((node) => nodeWidth(node, groups));
  return {
    min: widths.reduce((sum, width) => sum + width.min, 0),
    max: widths.reduce((sum, width) => sum + width.max, 0),
  };
}
