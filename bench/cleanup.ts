import { rm } from 'node:fs/promises';

/** What has to be undone when the bench ends, however it ends; the newest first. */
export class Cleanup {
  readonly #tasks: (() => Promise<void>)[] = [];

  /** Gives back what was made, and undoes it at the end. */
  add<T>(made: T, undo: (made: T) => Promise<void>): T {
    this.#tasks.push(() => undo(made));
    return made;
  }

  /** Removes a folder at the end. */
  folder(path: string): string {
    return this.add(path, (made) => rm(made, { recursive: true, force: true, maxRetries: 3 }));
  }

  /** Undoes everything; one failure keeps nothing else from being undone, and is told at last. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop())
      await task().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be cleaned up');
  }
}
