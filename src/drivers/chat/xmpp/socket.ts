import { EventEmitter, once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { errorMessage } from '../../../core/error-message.js';
import type { Place } from './places.js';
import { askForTls } from './start-tls.js';

/** What a socket is opened with. */
export interface SocketPlan {
  /** The domain that the certificate has to be for, wherever its server stands. */
  readonly domain: string;
  readonly places: readonly Place[];
  readonly tls: boolean;
  /** Authorities to trust in place of the system's, as PEM. */
  readonly ca?: string;
}

const connectingMs = 15_000;
const silenceMs = 150_000;

/** The socket below @xmpp/client, whose own knows no authority of ours, and goes on in the open where nothing is offered. */
export class StreamSocket extends EventEmitter {
  /** Whether it is encrypted, as the client asks before it says a password. */
  secure = false;
  #socket: Socket | undefined;
  #isOver = false;

  connect(plan: SocketPlan): void {
    this.#open(plan).catch((error: unknown) => {
      this.emit('error', error);
      this.emit('close', true);
    });
  }

  async #open(plan: SocketPlan): Promise<void> {
    const socket = await this.#reach(plan);
    socket.setTimeout(silenceMs, () => socket.destroy(new Error('the server is silent')));
    this.secure = plan.tls;
    socket.on('data', (data) => this.emit('data', data));
    socket.on('error', (error) => this.emit('error', error));
    socket.on('close', (isDirty) => this.emit('close', isDirty));
    this.emit('connect');
  }

  /** The first place that can be reached. Throws what stood in the way of each. */
  async #reach({ places, ...plan }: SocketPlan): Promise<Socket> {
    const problems: string[] = [];
    for (const place of places) {
      const ending = setTimeout(() => this.#socket?.destroy(new Error('it does not answer')), connectingMs);
      try {
        return await this.#at(place, plan);
      } catch (error) {
        this.#socket?.destroy();
        problems.push(`${place.host}:${place.port}: ${errorMessage(error)}${hintFor(error)}`);
      } finally {
        clearTimeout(ending);
      }
    }
    throw new Error(problems.join('; '));
  }

  async #at({ host, port, isDirect }: Place, plan: Omit<SocketPlan, 'places'>): Promise<Socket> {
    if (this.#isOver) throw new Error('it was closed');
    const { domain, tls, ca } = plan;
    const trust = {
      // An address is no name that a certificate is asked for by.
      ...(isIP(domain) === 0 ? { servername: domain } : {}),
      ...(ca === undefined ? {} : { ca }),
      ALPNProtocols: ['xmpp-client'],
    };
    if (isDirect) return await secured(this.#hold(connectTls({ host, port, ...trust })));
    const socket = this.#hold(connectPlain({ host, port }));
    await once(socket, 'connect');
    if (!tls) return socket;
    await askForTls(socket, domain);
    return await secured(this.#hold(connectTls({ socket, host: domain, ...trust })));
  }

  #hold<S extends Socket>(socket: S): S {
    this.#socket = socket;
    socket.on('error', () => undefined);
    return socket;
  }

  write(text: string, done?: (error?: Error | null) => void): void {
    if (this.#socket?.writable) this.#socket.write(text, done);
    else done?.(new Error('the connection is over'));
  }

  end(): void {
    this.#socket?.end();
  }

  destroy(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }
}

async function secured(socket: TLSSocket): Promise<Socket> {
  await once(socket, 'secureConnect');
  return socket;
}

function hintFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)
    ? ' (ca_file names the authority of a server that has its own)'
    : '';
}
