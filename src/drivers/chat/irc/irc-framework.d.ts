/** As much of irc-framework as is used here; it brings no types. */
declare module 'irc-framework' {
  import type { EventEmitter } from 'node:events';

  /** Who a line of the server is about. */
  interface Source {
    readonly nick: string;
    readonly ident: string;
    readonly hostname: string;
  }

  /** A line that somebody wrote. */
  interface PrivmsgEvent extends Source {
    readonly from_server: boolean;
    readonly target: string;
    readonly message: string;
    readonly tags: Readonly<Record<string, string>>;
    /** By account-tag; absent from who is not logged in. */
    readonly account?: string;
    readonly batch?: { readonly type: string };
  }

  interface WhoisEvent {
    readonly nick: string;
    readonly ident?: string;
    readonly hostname?: string;
    readonly account?: string;
    readonly error?: string;
  }

  interface ErrorEvent {
    readonly error: string;
    readonly channel?: string;
    readonly nick?: string;
    readonly reason?: string;
  }

  interface Events {
    registered: [{ readonly nick: string }];
    privmsg: [PrivmsgEvent];
    whois: [WhoisEvent];
    pong: [{ readonly message?: string }];
    join: [Source & { readonly channel: string }];
    part: [Source & { readonly channel: string }];
    kick: [Source & { readonly channel: string; readonly kicked: string }];
    invite: [Source & { readonly channel: string; readonly invited: string }];
    quit: [Source];
    nick: [Source & { readonly new_nick: string }];
    account: [Source];
    'nick in use': [{ readonly nick: string }];
    'nick invalid': [{ readonly nick: string; readonly reason: string }];
    'sasl failed': [{ readonly reason: string }];
    'irc error': [ErrorEvent];
    'socket close': [unknown];
    close: [];
  }

  interface ClientOptions {
    readonly host: string;
    readonly port: number;
    readonly nick: string;
    readonly username: string;
    readonly gecos: string;
    readonly version: string;
    readonly password?: string;
    readonly account: { readonly account?: string; readonly password?: string };
    readonly sasl_disconnect_on_fail: boolean;
    readonly auto_reconnect: boolean;
    readonly ping_interval: number;
    readonly ping_timeout: number;
    readonly transport: new (options: never) => EventEmitter;
  }

  export class Client {
    readonly user: { readonly nick: string };
    readonly network: {
      readonly cap: { isEnabled(cap: string): boolean };
      readonly options: Readonly<Record<string, unknown>>;
    };
    readonly connection: { end(last: null, isForced: boolean): void };
    connect(options: ClientOptions & Readonly<Record<string, unknown>>): void;
    raw(...words: string[]): void;
    quit(message: string): void;
    join(channel: string): void;
    changeNick(nick: string): void;
    ping(token: string): void;
    on<E extends keyof Events>(event: E, listener: (...told: Events[E]) => void): this;
    removeListener<E extends keyof Events>(event: E, listener: (...told: Events[E]) => void): this;
  }
}
