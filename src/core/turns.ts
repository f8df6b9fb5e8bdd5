/** What is done again and again while there is something to do. */
export interface TurnsOptions {
  /** Takes some of what waits. @returns whether there may be more. */
  readonly take: () => Promise<boolean>;
  /** How often it is looked by itself, in milliseconds. */
  readonly sweepMs: number;
  readonly onError: (error: unknown) => void;
}

/** Looks for things to do, one look at a time. */
export interface Turns {
  /** There is something to do. May be passed on without the rest. */
  readonly wake: () => void;
  /** Wakes after a time, in milliseconds. */
  readonly wakeIn: (milliseconds: number) => void;
  /** Settles once no look is under way. */
  idle(): Promise<void>;
  /** Ends; a look that is under way is waited for. */
  stop(): Promise<void>;
}

/** Begins to look. A call of `wake` during a look makes that one look again. */
export function startTurns({ take, sweepMs, onError }: TurnsOptions): Turns {
  let isOpen = true;
  let isWanted = false;
  let looking: Promise<void> | undefined;
  const timers = new Set<NodeJS.Timeout>();
  const sweep = setInterval(wake, sweepMs).unref();

  function wake(): void {
    if (!isOpen) return;
    isWanted = true;
    looking ??= look().finally(() => {
      looking = undefined;
      // Somebody may have woken it when it had just decided to end.
      if (isWanted) wake();
    });
  }

  async function look(): Promise<void> {
    while (isOpen && isWanted) {
      isWanted = false;
      try {
        isWanted = (await take()) || isWanted;
      } catch (error) {
        // The next look comes by itself.
        if (isOpen) onError(error);
        isWanted = false;
      }
    }
  }

  return {
    wake,
    wakeIn(milliseconds) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        wake();
      }, milliseconds).unref();
      timers.add(timer);
    },
    idle: async () => looking,
    async stop() {
      isOpen = false;
      isWanted = false;
      clearInterval(sweep);
      for (const timer of timers) clearTimeout(timer);
      await looking;
    },
  };
}
