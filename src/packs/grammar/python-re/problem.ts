/**
 * What is the matter with a pattern. invalid: Python refuses it too, with this message. unsupported: Python takes it,
 * but no JavaScript regular expression means the same.
 */
export interface PatternProblem {
  readonly kind: 'invalid' | 'unsupported';
  /** Worded as Python words it where it is invalid, with the position in code points. */
  readonly message: string;
}

/** Carries a problem out of the recursive parser; caught in `translate.ts`, and never leaves this folder. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly problem: PatternProblem;

  constructor(problem: PatternProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** A construct that cannot be translated. */
export function unsupported(message: string): PatternError {
  return new PatternError({ kind: 'unsupported', message });
}

/** A pattern that Python refuses without naming a position. */
export function invalid(message: string): PatternError {
  return new PatternError({ kind: 'invalid', message });
}

function place(text: readonly string[], position: number): string {
  if (!text.includes('\n')) return `at position ${position}`;
  const before = text.slice(0, position);
  const line = before.filter((char) => char === '\n').length + 1;
  return `at position ${position} (line ${line}, column ${position - before.lastIndexOf('\n')})`;
}

/** A pattern that Python refuses; `position` counts the code points before the place. */
export function invalidAt(message: string, text: readonly string[], position: number): PatternError {
  return invalid(`${message} ${place(text, position)}`);
}

/** Text in quotes as Python prints it: in single ones unless it holds only such. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** The length in code points, which is what Python counts. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}
