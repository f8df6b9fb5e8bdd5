/** Closes what was opened, the last first. */
export class Closing {
  readonly #steps: (() => Promise<void>)[] = [];
  #hasBegun = false;

  /** Whether closing has begun. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Remembers how to close something, and gives it back. */
  add<T>(opened: T, close: (opened: T) => Promise<void>): T {
    this.#steps.push(() => close(opened));
    return opened;
  }

  /** Closes everything, even when closing one thing fails; then throws the first failure. Twice is harmless. */
  async close(): Promise<void> {
    this.#hasBegun = true;
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop())
      await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
