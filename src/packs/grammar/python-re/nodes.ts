/** Flags of a pattern or of a part of it, as bits. */
export const FLAG = { i: 1, m: 2, s: 4, x: 8, a: 16, u: 32, t: 64 } as const;

/** The two flags of which only one can be on: ASCII and Unicode classes. */
export const TYPE_FLAGS = FLAG.a | FLAG.u;

/** A predefined class of characters: `\d`, `\s`, `\w`. */
export type Category = 'digit' | 'space' | 'word';

/** One member of a set; `code`, `low` and `high` are code points. */
export type SetItem =
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'category'; readonly category: Category; readonly negate: boolean };

/** A place in the text: `^`, `\A`, `$`, `\Z`, `\b`, `\B`. */
export type Place = 'start' | 'string-start' | 'end' | 'string-end' | 'boundary' | 'not-boundary';

/** A repeated part; `max` is `Infinity` where there is no upper bound. */
export interface Repeat {
  readonly kind: 'repeat';
  readonly min: number;
  readonly max: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
  readonly body: readonly Node[];
}

/** A group; `capture` is its number, or null where it captures nothing. */
export interface Group {
  readonly kind: 'group';
  readonly capture: number | null;
  readonly on: number;
  readonly off: number;
  readonly body: readonly Node[];
}

/** A look around; `ahead` false looks behind. */
export interface Look {
  readonly kind: 'look';
  readonly ahead: boolean;
  readonly negate: boolean;
  readonly body: readonly Node[];
}

/** Alternatives; what they have in common at their beginning stands before them. */
export interface Branch {
  readonly kind: 'branch';
  readonly branches: readonly (readonly Node[])[];
}

/** One part of a parsed pattern. */
export type Node =
  | { readonly kind: 'char'; readonly code: number; readonly negate: boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly negate: boolean; readonly items: readonly SetItem[] }
  | { readonly kind: 'at'; readonly place: Place }
  | { readonly kind: 'reference'; readonly group: number }
  | { readonly kind: 'condition'; readonly group: number; readonly branches: readonly (readonly Node[])[] }
  | { readonly kind: 'atomic'; readonly body: readonly Node[] }
  | Branch
  | Repeat
  | Group
  | Look;

/** A parsed pattern: its parts, its global flags, and its groups' names and numbers. */
export interface Pattern {
  readonly nodes: readonly Node[];
  readonly flags: number;
  readonly names: ReadonlyMap<string, number>;
}
