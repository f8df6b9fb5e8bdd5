import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import type { Web } from './app.js';

/** A server that listens. */
export interface WebServer {
  readonly port: number;
  /** The address for this machine, without a slash at its end. */
  readonly url: string;
  /** Ends the streams, lets open requests finish for up to 1 s, and stops listening. Twice is harmless. */
  close(): Promise<void>;
}

/** Where to listen; port 0 takes any that is free. */
export interface ServerOptions extends Web {
  readonly host: string;
  readonly port: number;
}

const graceMs = 1_000;

/** Listens. Refused when the port is taken, forbidden, or the address is not this machine's. */
export async function startServer({ app, stop, host, port }: ServerOptions): Promise<Result<WebServer>> {
  const server = createAdaptorServer({ fetch: app.fetch, hostname: host }) as Server;
  // Requests have to come in whole in time; streams only go out.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  const connections = connectionsOf(server);
  const failure = await listen(server, host, port);
  if (failure !== undefined) return refusalOf(failure, host, port);
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  let closing: Promise<void> | undefined;
  return ok({
    port: taken,
    url: urlOf(host, taken),
    close() {
      closing ??= close(server, connections, stop);
      return closing;
    },
  });
}

/** Whether only this machine can reach a host's address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The address at which this machine reaches a server that listens on `host`. */
export function urlOf(host: string, port: number): string {
  const isAny = host === '0.0.0.0' || host === '::' || host === '';
  const name = isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

async function refusalOf(error: NodeJS.ErrnoException, host: string, port: number): Promise<Result<never>> {
  if (error.code === 'EADDRINUSE') {
    return refused(refuse('port-in-use', { host, port, isPacktrain: await isPacktrain(host, port) }));
  }
  if (error.code === 'EACCES') return refused(refuse('port-forbidden', { host, port }));
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return refused(refuse('host-unknown', { host, port }));
  }
  throw error;
}

async function isPacktrain(host: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`${urlOf(host, port)}/healthz`, { signal: AbortSignal.timeout(1_000) });
    return (await response.text()).includes('"service":"packtrain"');
  } catch {
    return false;
  }
}

/** The connections that are open, as they come and go. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

async function close(server: Server, connections: ReadonlySet<Socket>, stop: () => void): Promise<void> {
  stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A stream's connection becomes idle only once its client has read the end; each one left would keep us waiting.
  const idle = setInterval(() => closeIdle(server, connections), 20);
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}

/** Browsers open connections before they need them; Node takes one on which nothing was asked yet for a busy one. */
function closeIdle(server: Server, connections: ReadonlySet<Socket>): void {
  server.closeIdleConnections();
  for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
}
