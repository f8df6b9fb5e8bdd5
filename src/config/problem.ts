/** One thing that is wrong with a file, with its place. Holds no secret: the source line is masked. */
export interface Problem {
  /** The file as people know it. */
  readonly file: string;
  /** From 1; absent when the file as a whole is meant. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** What is the matter and how to mend it, in full sentences. */
  readonly text: string;
  /** The line of the file, and the column from 1 at which the caret goes. */
  readonly source?: { readonly text: string; readonly caret: number };
}
