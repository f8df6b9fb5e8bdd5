/** Lets those who ask for the same name go one after the other, in the order in which they asked. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does some work once everybody who asked before has ended. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#last.set(name, done);
    try {
      return await done;
    } finally {
      if (this.#last.get(name) === done) this.#last.delete(name);
    }
  }
}
