/** Remembers up to when lines were taken, without a gap. Times are milliseconds since the epoch. */
export interface Progress {
  /** All up to a time was taken, and what follows is handed over from there. */
  begin(at: number): void;
  /** Something may be missing; what is taken does not count until it begins again. */
  doubt(): void;
  /** A line was handed over. @param isTaken settled with whether it was taken; never rejected */
  follow(at: number, isTaken: Promise<boolean>): void;
  /** Settled once all that was handed over so far was taken, and that was written down. */
  settled(): Promise<void>;
}

/** Begins to remember. @param write writes down how far it is; when it can't, the next line's does */
export function createProgress(write: (at: number) => Promise<void>): Progress {
  // Unlike for each reading, so that no line of one before counts for a later one.
  let reading: symbol | undefined;
  let before: Promise<unknown> = Promise.resolve();
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;
  let reached = 0;
  let kept = 0;

  async function work(): Promise<void> {
    isWriting = true;
    try {
      while (kept < reached) {
        const at = reached;
        await write(at);
        kept = at;
      }
    } catch {
      // Until the next line only more than needed would be read again.
    }
    isWriting = false;
  }

  function reach(at: number): void {
    reached = Math.max(reached, at);
    if (!isWriting) writing = work();
  }

  return {
    begin(at) {
      reading = Symbol('reading');
      reach(at);
    },
    doubt() {
      reading = undefined;
    },
    follow(at, isTaken) {
      const its = reading;
      before = Promise.all([isTaken, before]).then(([isDone]) => {
        if (isDone && its !== undefined && its === reading) reach(at);
      });
    },
    async settled() {
      await before;
      await writing;
    },
  };
}
