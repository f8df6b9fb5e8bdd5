import { execa } from 'execa';

/** A process that answers names with objects, in order, for as long as it is kept. */
export interface Batch<A> {
  /** Asks for one object by a name without line breaks; many may be asked without waiting. */
  ask(name: string): Promise<A>;
  /** Ends the process; the next question starts another. */
  close(): Promise<void>;
}

/** How a batch process is started and read. */
export interface BatchOptions<A> {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds without a question after which the process is ended. */
  readonly idleMs: number;
  /** Makes a reader of the process's output, which gives the answers in order. */
  readonly reader: (give: (answer: A) => void) => (chunk: Buffer) => void;
}

/** The process ended before it answered: the mirror is damaged, or is not there. Carries what git said. */
export class BatchEndedError extends Error {
  override readonly name = 'BatchEndedError';
}

interface Waiting<A> {
  readonly resolve: (answer: A) => void;
  readonly reject: (error: Error) => void;
}

/** Keeps one `git cat-file` process: started by the first question, ended when idle, started again when it died. */
export function createBatch<A>(options: BatchOptions<A>): Batch<A> {
  let running: Conversation<A> | undefined;
  let idle: NodeJS.Timeout | undefined;

  async function close(): Promise<void> {
    clearTimeout(idle);
    idle = undefined;
    const ending = running;
    running = undefined;
    await ending?.close();
  }

  function ask(name: string): Promise<A> {
    if (running === undefined || running.ended()) running = converse(options);
    // One timer that is pushed back costs less than a new one for each of a thousand questions.
    if (idle === undefined) idle = setTimeout(whenIdle, options.idleMs).unref();
    else idle.refresh();
    return running.ask(name);
  }

  function whenIdle(): void {
    idle = undefined;
    if (running?.busy() === true) idle = setTimeout(whenIdle, options.idleMs).unref();
    else void close();
  }

  return { ask, close };
}

interface Conversation<A> {
  ask(name: string): Promise<A>;
  busy(): boolean;
  ended(): boolean;
  close(): Promise<void>;
}

function converse<A>(options: BatchOptions<A>): Conversation<A> {
  const waiting: Waiting<A>[] = [];
  let answered = 0;
  let over = false;
  let said = '';
  let asking = '';
  const child = execa('git', options.args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    buffer: false,
    reject: false,
    encoding: 'buffer',
  });
  const read = options.reader((answer) => {
    const next = waiting[answered];
    answered += 1;
    // Answered questions are dropped together, since shifting one by one is slow in a long queue.
    if (answered === waiting.length) waiting.length = answered = 0;
    next?.resolve(answer);
  });
  child.stdout.on('data', read);
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  // A write after the process has ended is answered by its end, below.
  child.stdin.on('error', () => {});
  const end = child.then((result) => {
    over = true;
    const error = new BatchEndedError(said.trim() || result.shortMessage || 'git cat-file ended');
    for (const question of waiting.slice(answered)) question.reject(error);
  });

  function send(): void {
    if (asking !== '') child.stdin.write(asking);
    asking = '';
  }

  return {
    ask: (name) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        // What is asked for at the same time goes in one message, and so comes back in few.
        if (asking === '') queueMicrotask(send);
        asking += `${name}\n`;
      }),
    busy: () => waiting.length > 0,
    ended: () => over || child.exitCode !== null || child.signalCode !== null,
    close: async () => {
      child.stdin.end(asking);
      asking = '';
      await end;
    },
  };
}
