import type { Readable } from 'node:stream';
import type { Clock } from '../core/clock.js';
import type { Redactor } from '../core/redact.js';
import type { CliParts } from './parts.js';

/** Where text goes: a terminal, a file, a pipe, or a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** The terminal's width in characters. */
  readonly columns?: number | undefined;
}

/** Where lines come from. */
export type Input = Readable & { readonly isTTY?: boolean | undefined };

/** Everything of the process that a command touches, so that a test needs no process. */
export interface CliContext {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The operating system's name of whoever runs the command. */
  readonly userName: string;
  /** As `process.version` gives it. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** A new key for a request; the same key is the same request. */
  newKey(): string;
  /** Calls back on Ctrl-C in place of ending the process; returns what ends that. */
  onInterrupt(callback: () => void): () => void;
  /** Stands before everything that is printed. */
  readonly redactor: Redactor;
  readonly parts: CliParts;
}
