import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from '../../core/chat.js';
import { keepChatLines } from '../../store/chat-lines.js';
import type { MailboxParts } from './parts.js';

/** Keeps lines in the order in which they come, many in one statement when many come at once. */
export interface Keeper {
  /** Settles once the line is kept. While the database is away it is waited for: not every platform sends a line again. */
  keep(message: IncomingMessage): Promise<void>;
  /** Ends; lines that are not kept by now are refused. */
  stop(): void;
}

const mostAtOnce = 100;
const retryMs = 200;

interface Waiting {
  readonly message: IncomingMessage;
  readonly settle: (error?: Error) => void;
}

/** Makes a keeper. `onKept` is called when there are new lines. */
export function createKeeper({ db, clock, log, platform }: MailboxParts, onKept: () => void): Keeper {
  const waiting: Waiting[] = [];
  let isOpen = true;
  let isBusy = false;

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, mostAtOnce);
      const error = isOpen ? await keepAll(batch) : new Error('the chat is closed');
      if (error !== undefined && isOpen) {
        await sleep(retryMs);
        continue;
      }
      waiting.splice(0, batch.length);
      for (const { settle } of batch) settle(error);
    }
    isBusy = false;
  }

  async function keepAll(batch: readonly Waiting[]): Promise<Error | undefined> {
    try {
      const messages = batch.map(({ message }) => message);
      if ((await keepChatLines(db, messages, clock.now())) > 0) onKept();
      return undefined;
    } catch (error) {
      log.warn({ err: error, platform, lines: batch.length }, 'lines could not be kept; trying again');
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  return {
    keep: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ message, settle: (error) => (error === undefined ? resolve() : reject(error)) });
        void work();
      }),
    stop() {
      isOpen = false;
    },
  };
}
