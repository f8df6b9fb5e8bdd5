import { SocketModeClient } from '@slack/socket-mode';
import type { Log } from '../../../core/log.js';
import type { Connection } from '../sdk/connect.js';
import type { Envelope } from './client.js';
import { slackLog } from './log.js';

/** How a socket is opened. */
export interface SocketOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  readonly take: (envelope: Envelope) => Promise<void>;
}

// After which a connection that was told to close is cut.
const closingMs = 1_000;

/**
 * Opens a Socket Mode connection. Slack's own client for it is used for one connection only: what it does to come back
 * takes five seconds at the least, and throws where nobody can catch it.
 */
export async function openSocket({ appToken, apiUrl, log, take }: SocketOptions): Promise<Connection> {
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLog(log),
    clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, timeout: 30_000 },
  });
  const lost = new Promise<void>((resolve) => void client.once('disconnected', () => resolve()));
  client.on(
    'slack_event',
    ({ body, type, ack, retry_num: retryNum }) => void take({ body, type, ack, retryNum }),
  );
  await started(client);
  return {
    lost,
    async close() {
      const cut = setTimeout(() => void client.disconnect(), closingMs);
      await client.disconnect();
      clearTimeout(cut);
    },
  };
}

async function started(client: SocketModeClient): Promise<void> {
  try {
    await client.start();
  } catch (error) {
    throw error instanceof Error ? error : new Error('Slack closed the connection before it was ready');
  }
}
