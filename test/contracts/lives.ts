import type { ChatAdapter, ChatCapabilities } from '../../src/core/chat.js';
import type { Mailboxes } from '../fixtures/mailbox.js';

/** A chat behind its mailbox, in one life of its server. */
export interface Life {
  readonly adapter: ChatAdapter;
  /** Of the driver itself. */
  readonly capabilities: ChatCapabilities;
}

/** The lives of a server, one after the other. */
export interface Lives extends Life {
  /** Kills the server, and starts it again. */
  restarts(): Promise<ChatAdapter>;
  /** Stops the one that lives. */
  stop(): Promise<void>;
}

/** Begins the first life of a server. */
export async function livesOf(mailboxes: Mailboxes, connect: () => Promise<Life>): Promise<Lives> {
  const first = await connect();
  let { adapter } = first;
  return {
    ...first,
    async restarts() {
      await mailboxes.kill(adapter);
      ({ adapter } = await connect());
      return adapter;
    },
    stop: () => adapter.stop(),
  };
}
