import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { WebSocket } from 'ws';
import { parseJson } from '../../../core/json.js';
import type { Connection } from '../sdk/connect.js';
import { type Frame, frameSchema } from './wire.js';

/** Where events were heard up to, so that a connection that broke goes on there. */
export interface Resumption {
  /** The server's name for the connection; undefined where none can go on. */
  id: string | undefined;
  /** The number of the event that comes next. */
  next: number;
}

/** How a websocket is opened. */
export interface SocketOptions {
  /** The server's address. */
  readonly url: string;
  readonly token: string;
  readonly caFile?: string | undefined;
  /** Kept from one connection to the next; written here. */
  readonly resumption: Resumption;
  readonly onEvent: (event: Frame) => void;
  /** Events before this one may have been missed. */
  readonly onAnew: () => void;
}

const openingMs = 15_000;
const closingMs = 1_000;
const pingMs = 30_000;
const mostBytes = 16 * 1024 * 1024;

/**
 * Opens the websocket, from where the last one broke if the server still knows it: then it says what was missed, else
 * hello, and counts anew. Throws when it lets nobody in.
 */
export async function openSocket(options: SocketOptions): Promise<Connection> {
  const { resumption, token } = options;
  const goesOn = resumption.id !== undefined;
  const socket = new WebSocket(addressOf(options), {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: openingMs,
    maxPayload: mostBytes,
    ...(options.caFile === undefined
      ? {}
      : { ca: [...rootCertificates, await readFile(options.caFile, 'utf8')] }),
  });
  const lost = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const greeted = new Promise<void>((resolve) => {
    const onAnew = () => {
      options.onAnew();
      resolve();
    };
    socket.on('message', (data) => {
      const frame = frameSchema.safeParse(parseJson(String(data)));
      if (frame.success && !take(frame.data, { ...options, onAnew })) socket.terminate();
    });
    if (goesOn) socket.once('open', () => resolve());
  });
  const stopPinging = pinging(socket);
  void lost.then(stopPinging);
  socket.once('open', () => {
    // For those who take the header from us on the way.
    socket.send(JSON.stringify({ seq: 1, action: 'authentication_challenge', data: { token } }));
  });
  await opened(socket, greeted);
  return {
    lost,
    async close() {
      socket.close(1_000);
      const cut = setTimeout(() => socket.terminate(), closingMs);
      await lost;
      clearTimeout(cut);
    },
  };
}

function addressOf({ url, resumption: { id, next } }: SocketOptions): string {
  const from =
    id === undefined ? '' : `?${new URLSearchParams({ connection_id: id, sequence_number: String(next) })}`;
  return `${url.replace(/^http/, 'ws')}/api/v4/websocket${from}`;
}

/** Settled once the server let us in: it says hello, unless it goes on with what it said before. */
function opened(socket: WebSocket, greeted: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.terminate();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error('Mattermost says no hello')), openingMs);
    socket.on('error', fail);
    socket.once('close', () => fail(new Error('Mattermost closed the connection before it was ready')));
    void greeted.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Takes an event. @returns whether it is the one that was to come */
function take(frame: Frame, { resumption, onEvent, onAnew }: SocketOptions): boolean {
  // An answer is no event, and is not counted.
  if (frame.event === undefined || frame.seq === undefined) return true;
  const id = frame.data?.connection_id;
  if (frame.event === 'hello' && (typeof id !== 'string' || id !== resumption.id)) {
    resumption.id = typeof id === 'string' && id !== '' ? id : undefined;
    resumption.next = frame.seq + 1;
    onAnew();
    return true;
  }
  if (frame.seq !== resumption.next) {
    resumption.id = undefined;
    return false;
  }
  resumption.next += 1;
  onEvent(frame);
  return true;
}

/** Cuts a connection over which nothing comes back any more. */
function pinging(socket: WebSocket): () => void {
  let isAlive = true;
  for (const sign of ['pong', 'ping', 'message'] as const)
    socket.on(sign, () => {
      isAlive = true;
    });
  const timer = setInterval(() => {
    if (!isAlive) socket.terminate();
    isAlive = false;
    if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, pingMs).unref();
  return () => clearInterval(timer);
}
