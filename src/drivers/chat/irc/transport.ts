import { EventEmitter } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { connect as connectTls } from 'node:tls';

/** What a socket is opened with. */
export interface TransportOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Authorities to trust in place of the system's, as PEM. */
  readonly ca?: string;
}

// A server that never ends its line is none.
const mostPending = 65_536;
const silenceMs = 150_000;

/** The socket below irc-framework, whose own knows no certificate authority besides the usual ones. */
export class LineTransport extends EventEmitter {
  readonly #options: TransportOptions;
  #socket: Socket | undefined;
  #pending = '';

  constructor(options: TransportOptions) {
    super();
    this.#options = options;
  }

  connect(): void {
    const { host, port, tls, ca } = this.#options;
    const trust = ca === undefined ? {} : { ca };
    const socket = tls
      ? connectTls({ host, port, servername: nameOf(host), ...trust })
      : connectPlain({ host, port });
    const decoder = new StringDecoder('utf8');
    let problem: Error | undefined;
    this.#socket = socket;
    socket.setTimeout(silenceMs, () => socket.destroy(new Error('the server is silent')));
    socket.once(tls ? 'secureConnect' : 'connect', () => this.emit('open'));
    socket.on('data', (data) => this.#read(decoder.write(data)));
    socket.on('error', (error) => {
      problem = error;
    });
    socket.once('close', () => this.emit('close', problem ?? false));
  }

  #read(text: string): void {
    const lines = (this.#pending + text).split('\n');
    this.#pending = lines.pop() ?? '';
    if (this.#pending.length > mostPending)
      this.#socket?.destroy(new Error('the server sends a line without end'));
    for (const line of lines) this.emit('line', line.replace(/\r$/, ''));
  }

  writeLine(line: string, done?: () => void): void {
    this.#socket?.write(`${line}\r\n`, done);
  }

  disposeSocket(): void {
    this.#socket?.removeAllListeners();
    this.#socket?.on('error', () => undefined);
    this.#socket?.destroy();
  }

  close(isForced?: boolean): void {
    if (isForced || this.#socket?.connecting) this.#socket?.destroy();
    else this.#socket?.end();
  }

  /** Lines are UTF-8, as they are nearly everywhere. */
  setEncoding(): boolean {
    return true;
  }
}

// An address is no name that a certificate is asked for by.
function nameOf(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
