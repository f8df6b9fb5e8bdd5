import type { NamingKind } from '../../core/plan-warning.js';

/** Where something stands in a pack. */
export interface Place {
  /** Relative to the pack's root. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** A pack that another says it depends on. */
export interface Dependency extends Place {
  /** Its name; of an address, the last part. */
  readonly pack: string;
  /** The version, branch or commit that is asked for. */
  readonly version?: string;
}

/** Something of a pack, its own or another's, that a file of a pack names. */
export interface Reference extends Place {
  readonly kind: Exclude<NamingKind, 'dependency'>;
  readonly to: 'action' | 'trigger';
  readonly pack: string;
  /** The name of the action or trigger type in that pack. */
  readonly name: string;
}

/** A line that an enabled alias takes. */
export interface SaidLine {
  readonly alias: string;
  /** The format that matches it. */
  readonly format: string;
}

/** What ties a pack to others, and to those who talk to it. Small enough to be kept of many packs. */
export interface PackLinks {
  /** Blank where pack.yaml has none. */
  readonly version: string;
  readonly dependencies: readonly Dependency[];
  readonly references: readonly Reference[];
  readonly lines: readonly SaidLine[];
}
