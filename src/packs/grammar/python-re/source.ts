import { invalidAt, lengthOf, type PatternError } from './problem.js';

/** Reads a pattern token by token: one code point, or a backslash with the code point after it. */
export class Source {
  /** The token that comes next; empty at the end. */
  next = '';
  private readonly text: readonly string[];
  private index = 0;

  constructor(text: string) {
    this.text = Array.from(text);
    this.advance();
  }

  private advance(): void {
    const char = this.text[this.index] ?? '';
    if (char === '\\' && this.index + 1 >= this.text.length) {
      throw invalidAt('bad escape (end of pattern)', this.text, this.text.length - 1);
    }
    this.next = char === '\\' ? char + this.text[this.index + 1] : char;
    this.index += lengthOf(this.next);
  }

  /** The position of the next token, in code points. */
  get position(): number {
    return this.index - lengthOf(this.next);
  }

  /** Goes back to a position. */
  seek(position: number): void {
    this.index = position;
    this.advance();
  }

  /** Takes the next token; empty at the end. */
  take(): string {
    const token = this.next;
    this.advance();
    return token;
  }

  /** Takes the next token if it is this one. */
  match(token: string): boolean {
    if (this.next !== token) return false;
    this.advance();
    return true;
  }

  /** Takes up to `count` tokens that fit. */
  takeWhile(count: number, fits: RegExp): string {
    let taken = '';
    for (let left = count; left > 0 && fits.test(this.next); left -= 1) taken += this.take();
    return taken;
  }

  /** Takes everything before `end`, and `end` itself; `what` names it in the error of its absence. */
  takeUntil(end: string, what: string): string {
    let taken = '';
    while (this.next !== end) {
      if (this.next === '') throw this.unterminated(taken, end, what);
      taken += this.take();
    }
    this.advance();
    if (taken === '') throw this.error(`missing ${what}`, 1);
    return taken;
  }

  private unterminated(taken: string, end: string, what: string): PatternError {
    if (taken === '') return this.error(`missing ${what}`);
    return this.error(`missing ${end}, unterminated name`, lengthOf(taken));
  }

  /** An error `back` code points before the next token. */
  error(message: string, back = 0): PatternError {
    return invalidAt(message, this.text, this.position - back);
  }
}
