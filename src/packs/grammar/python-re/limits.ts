import { type Branch, FLAG, type Group, type Look, type Node, type Pattern, type Repeat } from './nodes.js';
import { unsupported } from './problem.js';
import { type GroupWidths, widthOf } from './width.js';

/** A choice on the way from the pattern down to a part: that part may have been passed by. */
interface Choice {
  readonly node: Node;
  readonly arm: number;
}

interface Way {
  readonly choices: readonly Choice[];
  /** The repeats around the part that can run more than once, and how many choices had come before each. */
  readonly loops: readonly { readonly repeat: Repeat; readonly choices: number }[];
  readonly flags: number;
  readonly behind: boolean;
}

interface Walk {
  readonly widths: GroupWidths;
  readonly groups: Map<number, Way>;
  readonly referred: Set<number>;
}

function chosen(way: Way, node: Node, arm: number): Way {
  return { ...way, choices: [...way.choices, { node, arm }] };
}

function sameBeginning(group: Way, here: Way): boolean {
  return group.choices.every((choice, at) => {
    const other = here.choices[at];
    return other !== undefined && other.node === choice.node && other.arm === choice.arm;
  });
}

function visitReference(group: number, way: Way, walk: Walk): void {
  walk.referred.add(group);
  if ((way.flags & FLAG.i) !== 0) throw unsupported('a reference to a group where case is ignored');
  const there = walk.groups.get(group);
  if (there !== undefined && sameBeginning(there, way)) return;
  throw unsupported('a reference to a group that may have taken no part');
}

function visitRepeat(node: Repeat, way: Way, walk: Walk): void {
  if (node.mode === 'possessive' && way.behind) throw unsupported('a possessive repeat inside a look-behind');
  const { min, max } = widthOf(node.body, walk.widths);
  if (node.max > 1 && min === 0 && max > 0) throw unsupported('a repeated part that can be empty');
  const inside = node.min === 0 ? chosen(way, node, 0) : way;
  const loops = node.max > 1 ? [...way.loops, { repeat: node, choices: inside.choices.length }] : way.loops;
  visit(node.body, { ...inside, loops }, walk);
}

function visitBranch(node: Branch, way: Way, walk: Walk): void {
  node.branches.forEach((branch, arm) => {
    visit(branch, chosen(way, node, arm), walk);
  });
}

function visitGroup(node: Group, way: Way, walk: Walk): void {
  if (node.capture !== null) walk.groups.set(node.capture, way);
  visit(node.body, { ...way, flags: (way.flags | node.on) & ~node.off }, walk);
}

function visitAtomic(body: readonly Node[], way: Way, walk: Walk): void {
  if (way.behind) throw unsupported('an atomic group inside a look-behind');
  visit(body, way, walk);
}

function visitLook(node: Look, way: Way, walk: Walk): void {
  const inside = node.negate ? chosen(way, node, 0) : way;
  visit(node.body, { ...inside, behind: way.behind || !node.ahead }, walk);
}

function visitNode(node: Node, way: Way, walk: Walk): void {
  if (node.kind === 'condition') throw unsupported('(?(group)yes|no), a choice by whether a group took part');
  if (node.kind === 'reference') visitReference(node.group, way, walk);
  if (node.kind === 'branch') visitBranch(node, way, walk);
  if (node.kind === 'repeat') visitRepeat(node, way, walk);
  if (node.kind === 'atomic') visitAtomic(node.body, way, walk);
  if (node.kind === 'group') visitGroup(node, way, walk);
  if (node.kind === 'look') visitLook(node, way, walk);
}

function visit(nodes: readonly Node[], way: Way, walk: Walk): void {
  for (const node of nodes) visitNode(node, way, walk);
}

/**
 * JavaScript forgets what the groups inside a repeat held whenever the repeat begins anew, Python does not, which
 * shows where a group can be passed by. And an empty round counts in Python only.
 */
function checkLoops(way: Way, widths: GroupWidths): void {
  for (const { repeat, choices } of way.loops) {
    if (way.choices.length > choices) throw unsupported('a group that is optional inside a repeated part');
    if (widthOf(repeat.body, widths).min === 0)
      throw unsupported('a group inside a repeated part that can be empty');
  }
}

/** Throws {@link PatternError} for a pattern that JavaScript would not match as Python does. */
export function checkTranslatable(pattern: Pattern, widths: GroupWidths): void {
  if ((pattern.flags & FLAG.t) !== 0) throw unsupported('the flag t');
  const walk: Walk = { widths, groups: new Map(), referred: new Set() };
  visit(pattern.nodes, { choices: [], loops: [], flags: pattern.flags, behind: false }, walk);
  for (const [group, way] of walk.groups) {
    const seen = walk.referred.has(group) || [...pattern.names.values()].includes(group);
    if (seen) checkLoops(way, widths);
  }
}
