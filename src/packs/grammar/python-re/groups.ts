import { parseFlags, startsFlags } from './flags.js';
import { FLAG, type Node } from './nodes.js';
import { lengthOf, quoted } from './problem.js';
import type { ParserState } from './state.js';

/** What a group's parser needs: the state, how to read what is inside, and where in the pattern it stands. */
export interface GroupContext {
  readonly state: ParserState;
  readonly verbose: boolean;
  /** Whether nothing stands before it in the whole pattern, where alone global flags may be. */
  readonly first: boolean;
  /** The position of the opening bracket. */
  readonly start: number;
  readonly alternatives: (state: ParserState, verbose: boolean) => readonly Node[];
  readonly sequence: (state: ParserState, verbose: boolean) => readonly Node[];
}

const identifier = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

function checkName(state: ParserState, name: string): void {
  if (identifier.test(name)) return;
  throw state.source.error(`bad character in group name ${quoted(name)}`, lengthOf(name) + 1);
}

function close({ state, start }: GroupContext): void {
  if (state.source.match(')')) return;
  throw state.source.error('missing ), unterminated subpattern', state.source.position - start);
}

function capturing(context: GroupContext, name: string | null): Node {
  const { state } = context;
  const capture = state.open(name);
  const body = context.alternatives(state, context.verbose);
  close(context);
  state.close(capture, body);
  return { kind: 'group', capture, on: 0, off: 0, body };
}

function plain(context: GroupContext, on: number, off: number): Node {
  const verbose = (context.verbose || (on & FLAG.x) !== 0) && (off & FLAG.x) === 0;
  const body = context.alternatives(context.state, verbose);
  close(context);
  return { kind: 'group', capture: null, on, off, body };
}

function groupNamed({ state }: GroupContext, name: string): number {
  const group = state.names.get(name);
  if (group !== undefined) return group;
  throw state.source.error(`unknown group name ${quoted(name)}`, lengthOf(name) + 1);
}

function namedReference(context: GroupContext): Node {
  const { state } = context;
  const name = state.source.takeUntil(')', 'group name');
  checkName(state, name);
  const group = groupNamed(context, name);
  state.checkReference(group, lengthOf(name) + 1);
  return { kind: 'reference', group };
}

function taken({ state }: GroupContext): string {
  const token = state.source.take();
  if (token === '') throw state.source.error('unexpected end of pattern');
  return token;
}

function pythonExtension(context: GroupContext): Node {
  const { source } = context.state;
  if (source.match('<')) {
    const name = source.takeUntil('>', 'group name');
    checkName(context.state, name);
    return capturing(context, name);
  }
  if (source.match('=')) return namedReference(context);
  const token = taken(context);
  throw source.error(`unknown extension ?P${token}`, lengthOf(token) + 2);
}

function comment({ state, start }: GroupContext): undefined {
  for (;;) {
    const token = state.source.take();
    if (token === ')') return undefined;
    if (token === '') {
      throw state.source.error('missing ), unterminated comment', state.source.position - start);
    }
  }
}

function look(context: GroupContext, ahead: boolean, sign: string): Node {
  const { state } = context;
  const outer = state.lookbehindFrom;
  if (!ahead) state.lookbehindFrom ??= state.groups;
  const body = context.alternatives(state, context.verbose);
  state.lookbehindFrom = outer;
  close(context);
  return { kind: 'look', ahead, negate: sign === '!', body };
}

function lookBehind(context: GroupContext): Node {
  const sign = taken(context);
  if (sign === '=' || sign === '!') return look(context, false, sign);
  throw context.state.source.error(`unknown extension ?<${sign}`, lengthOf(sign) + 2);
}

function conditionGroup(context: GroupContext, name: string): number {
  const { source } = context.state;
  if (identifier.test(name)) return groupNamed(context, name);
  const back = lengthOf(name) + 1;
  if (!/^[0-9]+$/.test(name)) throw source.error(`bad character in group name ${quoted(name)}`, back);
  if (Number(name) === 0) throw source.error('bad group number', back);
  return Number(name);
}

function condition(context: GroupContext): Node {
  const { state } = context;
  const group = conditionGroup(context, state.source.takeUntil(')', 'group name'));
  state.checkLookbehind(group);
  const branches = [context.sequence(state, context.verbose)];
  if (state.source.match('|')) branches.push(context.sequence(state, context.verbose));
  if (state.source.next === '|') {
    throw state.source.error('conditional backref with more than two branches');
  }
  close(context);
  return { kind: 'condition', group, branches };
}

function flagged(context: GroupContext, token: string): Node | undefined {
  const { state, start } = context;
  if (!startsFlags(token)) throw state.source.error(`unknown extension ?${token}`, lengthOf(token) + 1);
  const change = parseFlags(state.source, token);
  if (!change.global) return plain(context, change.on, change.off);
  if (!context.first) {
    const message = 'global flags not at the start of the expression';
    throw state.source.error(message, state.source.position - start);
  }
  state.flags |= change.on;
  return undefined;
}

const extensions: Readonly<Record<string, (context: GroupContext) => Node | undefined>> = {
  P: pythonExtension,
  ':': (context) => plain(context, 0, 0),
  '#': comment,
  '=': (context) => look(context, true, '='),
  '!': (context) => look(context, true, '!'),
  '<': lookBehind,
  '(': condition,
  '>': (context) => {
    const group = plain(context, 0, 0);
    return { kind: 'atomic', body: group.kind === 'group' ? group.body : [] };
  },
};

/**
 * A group of any sort, its opening bracket being taken already; nothing for a comment, and for global flags, which
 * go to the state.
 */
export function parseGroup(context: GroupContext): Node | undefined {
  if (!context.state.source.match('?')) return capturing(context, null);
  const token = taken(context);
  const extension = extensions[token];
  return extension === undefined ? flagged(context, token) : extension(context);
}
