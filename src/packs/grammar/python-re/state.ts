import type { Node } from './nodes.js';
import { lengthOf, quoted } from './problem.js';
import type { Source } from './source.js';
import { type GroupWidths, type Width, widthOf } from './width.js';

/** What the parser knows of a pattern's groups and flags while it reads. */
export class ParserState {
  readonly source: Source;
  readonly names = new Map<string, number>();
  flags = 0;
  depth = 0;
  /** How many groups had been opened when the outermost look-behind began; undefined outside of one. */
  lookbehindFrom: number | undefined;
  private readonly closed = new Map<number, Width>();
  private opened = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** Opens a capturing group, and gives its number. */
  open(name: string | null): number {
    const group = this.opened + 1;
    const earlier = name === null ? undefined : this.names.get(name);
    if (name !== null && earlier !== undefined) {
      const message = `redefinition of group name ${quoted(name)} as group ${group}; was group ${earlier}`;
      throw this.source.error(message, lengthOf(name) + 1);
    }
    this.opened = group;
    if (name !== null) this.names.set(name, group);
    return group;
  }

  /** Closes a group, whose width later references to it have. */
  close(group: number, body: readonly Node[]): void {
    this.closed.set(group, widthOf(body, this.closed));
  }

  get widths(): GroupWidths {
    return this.closed;
  }

  get groups(): number {
    return this.opened;
  }

  /** Checks that a group can be referred to here; `back` is where an error points, in code points before this. */
  checkReference(group: number, back: number): void {
    if (!this.closed.has(group)) throw this.source.error('cannot refer to an open group', back);
    this.checkLookbehind(group);
  }

  /** Inside a look-behind, only groups before it can be referred to. */
  checkLookbehind(group: number): void {
    if (this.lookbehindFrom === undefined) return;
    if (!this.closed.has(group)) throw this.source.error('cannot refer to an open group');
    if (group > this.lookbehindFrom) {
      throw this.source.error('cannot refer to group defined in the same lookbehind subpattern');
    }
  }
}
