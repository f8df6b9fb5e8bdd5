import type { Reporter, TestModule } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** What a chat can do, as a row of the table in docs/chats.md. */
    chatRow?: string;
  }
}

/** Prints what the contract suite found that each chat can do: the table in docs/chats.md, as it is in truth. */
export class ChatTableReporter implements Reporter {
  readonly #write: (text: string) => void;

  /** @param write where the lines go */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Called by the runner at the end. */
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = new Set(tests.flatMap((test) => test.meta().chatRow ?? []));
    if (rows.size > 0)
      this.#write(`What each chat can do, by the contract suite:\n${[...rows].sort().join('\n')}\n\n`);
  }
}
