import { joinBranches } from './branches.js';
import { escapeOutside } from './escapes.js';
import { parseGroup } from './groups.js';
import { FLAG, type Node, type Pattern, TYPE_FLAGS } from './nodes.js';
import { invalid, unsupported } from './problem.js';
import { parseRepeat, startsRepeat } from './repeats.js';
import { parseSet } from './sets.js';
import { Source } from './source.js';
import { ParserState } from './state.js';
import type { GroupWidths } from './width.js';

const deepest = 100;

function reference(state: ParserState, group: number, length: number): Node {
  if (group > state.groups) throw state.source.error(`invalid group reference ${group}`, length - 1);
  state.checkReference(group, length);
  return { kind: 'reference', group };
}

/** A part that is neither a group nor a repeat. */
function atom(state: ParserState, token: string): Node {
  if (token.startsWith('\\')) {
    return escapeOutside(state.source, token, (group, length) => reference(state, group, length));
  }
  if (token === '[') return parseSet(state.source);
  if (token === '.') return { kind: 'any' };
  if (token === '^') return { kind: 'at', place: 'start' };
  if (token === '$') return { kind: 'at', place: 'end' };
  return { kind: 'char', negate: false, code: token.codePointAt(0) ?? 0 };
}

/** In a verbose pattern, white space and comments mean nothing. */
function skipsVerbose(state: ParserState, token: string): boolean {
  if (/^[ \t\n\r\v\f]$/.test(token)) return true;
  if (token !== '#') return false;
  while (state.source.next !== '' && !state.source.match('\n')) state.source.take();
  return true;
}

interface Sequence {
  readonly state: ParserState;
  readonly nodes: Node[];
  readonly outermost: boolean;
  verbose: boolean;
}

function addGroup(sequence: Sequence): void {
  const { state, nodes, outermost } = sequence;
  const start = state.source.position - 1;
  const first = outermost && nodes.length === 0;
  const group = parseGroup({ state, verbose: sequence.verbose, first, start, alternatives, sequence: inner });
  if (group !== undefined) nodes.push(group);
  if (outermost && (state.flags & FLAG.x) !== 0) sequence.verbose = true;
}

function addNext(sequence: Sequence): void {
  const { state, nodes } = sequence;
  const token = state.source.take();
  if (sequence.verbose && skipsVerbose(state, token)) return;
  const repeat = startsRepeat(token) ? parseRepeat(state.source, token, nodes.at(-1)) : undefined;
  if (repeat !== undefined) nodes.splice(-1, 1, repeat);
  else if (token === '(') addGroup(sequence);
  else nodes.push(atom(state, token));
}

/** A group that captures nothing and changes no flag is as good as its parts. */
function unwrapped(node: Node): readonly Node[] {
  const bare = node.kind === 'group' && node.capture === null && node.on === 0 && node.off === 0;
  return bare ? node.body : [node];
}

function parseSequence(state: ParserState, verbose: boolean, outermost: boolean): readonly Node[] {
  const sequence: Sequence = { state, nodes: [], outermost, verbose };
  while (!['', '|', ')'].includes(state.source.next)) addNext(sequence);
  return sequence.nodes.flatMap(unwrapped);
}

function inner(state: ParserState, verbose: boolean): readonly Node[] {
  return parseSequence(state, verbose, false);
}

function alternatives(state: ParserState, verbose: boolean): readonly Node[] {
  state.depth += 1;
  if (state.depth > deepest) throw unsupported(`groups nested more than ${deepest} deep`);
  const branches = [inner(state, verbose)];
  while (state.source.match('|')) branches.push(inner(state, verbose));
  state.depth -= 1;
  return joinBranches(branches);
}

function wholePattern(state: ParserState): readonly Node[] {
  const branches = [parseSequence(state, false, true)];
  while (state.source.match('|')) branches.push(inner(state, (state.flags & FLAG.x) !== 0));
  if ((state.flags & TYPE_FLAGS) === TYPE_FLAGS) throw invalid('ASCII and UNICODE flags are incompatible');
  if (state.source.next !== '') throw state.source.error('unbalanced parenthesis');
  return joinBranches(branches);
}

/** Reads a pattern as Python 3.11's `re` does. Throws {@link PatternError}. */
export function parsePattern(text: string): Pattern & { readonly widths: GroupWidths } {
  const state = new ParserState(new Source(text));
  const nodes = wholePattern(state);
  return { nodes, flags: state.flags, names: state.names, widths: state.widths };
}
