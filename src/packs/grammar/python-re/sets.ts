import { escapeInSet } from './escapes.js';
import type { Node, SetItem } from './nodes.js';
import { lengthOf } from './problem.js';
import type { Source } from './source.js';

function itemOf(source: Source, token: string): SetItem {
  if (token.startsWith('\\')) return escapeInSet(source, token);
  return { kind: 'char', code: token.codePointAt(0) ?? 0 };
}

function takeInSet(source: Source, start: number): string {
  const token = source.take();
  if (token !== '') return token;
  throw source.error('unterminated character set', source.position - start);
}

function rangeOf(source: Source, low: { token: string; item: SetItem }, token: string): SetItem {
  const high = itemOf(source, token);
  if (low.item.kind === 'char' && high.kind === 'char' && low.item.code <= high.code) {
    return { kind: 'range', low: low.item.code, high: high.code };
  }
  const written = `${low.token}-${token}`;
  throw source.error(`bad character range ${written}`, lengthOf(written));
}

/** One member, or two where a hyphen comes last: `[a-]`. */
function parseItems(source: Source, start: number, token: string): SetItem[] {
  const item = itemOf(source, token);
  if (!source.match('-')) return [item];
  const next = takeInSet(source, start);
  if (next !== ']') return [rangeOf(source, { token, item }, next)];
  source.seek(source.position - 1);
  return [item, { kind: 'char', code: 45 }];
}

/** A set, its opening bracket being taken already. A closing bracket that comes first is a member. */
export function parseSet(source: Source): Node {
  const start = source.position - 1;
  const negate = source.match('^');
  const items: SetItem[] = [];
  for (;;) {
    const token = takeInSet(source, start);
    if (token === ']' && items.length > 0) break;
    items.push(...parseItems(source, start, token));
  }
  const [only] = items;
  if (only?.kind === 'char' && items.every((item) => item.kind === 'char' && item.code === only.code)) {
    return { kind: 'char', code: only.code, negate };
  }
  return { kind: 'set', negate, items };
}
