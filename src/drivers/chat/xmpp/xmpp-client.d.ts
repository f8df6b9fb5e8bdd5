/** As much of @xmpp/client as is used here; it brings no types. */
declare module '@xmpp/client' {
  import type { EventEmitter } from 'node:events';

  type Child = Element | string | undefined | readonly Child[];

  /** A piece of XML. */
  export interface Element {
    readonly name: string;
    readonly attrs: Record<string, string | undefined>;
    readonly children: readonly (Element | string)[];
    is(name: string, xmlns?: string): boolean;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): readonly Element[];
    getChildElements(): readonly Element[];
    getChildText(name: string, xmlns?: string): string | null;
    getText(): string;
    toString(): string;
  }

  /** How the bytes of a stream come and go. */
  export interface Transport {
    readonly prototype: {
      send(this: Client, element: Element): Promise<void>;
      socketParameters(service: string): unknown;
      Socket: new () => EventEmitter;
    };
  }

  /** Logs in by a mechanism. */
  type Authenticate = (
    credentials: { readonly username: string; readonly password: string },
    mechanism: string,
  ) => Promise<void>;

  interface Credentials {
    readonly username: string;
    readonly password: string;
    /** What the password makes with a salt, where that is known. */
    readonly salt?: Uint8Array;
    readonly saltedPassword?: Uint8Array;
  }

  /** One login, question by question. */
  export interface Mechanism {
    readonly name: string;
    challenge(text: string): unknown;
    response(credentials: Credentials): string | Promise<string>;
  }

  interface ClientOptions {
    readonly service: string;
    readonly domain: string;
    /** Milliseconds. */
    readonly timeout: number;
    readonly credentials: (authenticate: Authenticate, mechanisms: readonly string[]) => Promise<void>;
  }

  interface Events {
    stanza: [Element];
    nonza: [Element];
    online: [unknown];
    disconnect: [unknown];
    error: [Error & { readonly condition?: string }];
  }

  export interface Client {
    readonly jid: { toString(): string } | null;
    transports: Transport[];
    readonly reconnect: { stop(): void };
    readonly saslFactory: { create(names: readonly string[]): Mechanism | null };
    /** What is asked for along with the login, by namespace. */
    readonly bind2: { use(xmlns: string, ask: () => Element | undefined): void };
    readonly iqCaller: { request: (iq: Element) => Promise<Element> };
    connect(service: string): Promise<void>;
    open(options: { readonly domain: string }): Promise<unknown>;
    stop(): Promise<unknown>;
    disconnect(): Promise<unknown>;
    send(element: Element): Promise<void>;
    on<E extends keyof Events>(event: E, listener: (...told: Events[E]) => void): this;
  }

  export function client(options: ClientOptions): Client;
  export function xml(
    name: string,
    attrs?: Readonly<Record<string, string | undefined>>,
    ...children: Child[]
  ): Element;
}
