import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { type Client, client as createClient, type Element, type Transport, xml } from '@xmpp/client';
import { errorMessage } from '../../../core/error-message.js';
import type { OutsideChatParts } from '../../../core/outside-chat.js';
import { within } from '../../../core/within.js';
import type { Connection } from '../sdk/connect.js';
import { bareOf, domainOf, localOf } from './jid.js';
import { ns } from './ns.js';
import { placesOf } from './places.js';
import { createQuestions } from './questions.js';
import { saltQuickly } from './salting.js';
import type { XmppSettings } from './settings.js';
import { type SocketPlan, StreamSocket } from './socket.js';

/** A stream to our server, logged in. */
export interface Stream extends Connection {
  /** Our own address, with the resource that the server gave us. */
  readonly jid: string;
  send(element: Element): Promise<void>;
  /** Asks something and gives the answer. Throws what it refuses, or that it did not answer. */
  ask(iq: Element): Promise<Element>;
}

const answerMs = 15_000;
const closingMs = 1_000;

/** Connects and logs in. Throws when the server does not let us in. @param onStanza hears all that comes, in its order */
export async function openStream(
  settings: XmppSettings,
  { secret }: Pick<OutsideChatParts, 'secret'>,
  onStanza: (stanza: Element) => void,
): Promise<Stream> {
  const { jid, password, tls, caFile } = settings;
  const domain = domainOf(jid);
  const plan: SocketPlan = {
    domain,
    places: await placesOf(settings),
    tls,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }),
  };
  const credentials = { username: localOf(jid), password: await secret(password) };
  const client = createClient({
    service: `xmpp://${domain}`,
    domain,
    timeout: answerMs,
    credentials: async (authenticate, mechanisms) =>
      await authenticate(credentials, mechanismOf(mechanisms, plan)),
  });
  // It is made anew by whoever holds it.
  client.reconnect.stop();
  saltQuickly(client);
  client.bind2.use(ns.acks, () => undefined);
  const sockets = useOwnSocket(client, plan);
  const lost = new Promise<void>((resolve) => client.on('disconnect', () => resolve()));
  const close = async () => {
    await within(closingMs, client.stop()).catch(() => undefined);
    for (const socket of sockets) socket.destroy();
  };
  const questions = createQuestions((element) => client.send(element), { lost, answerMs });
  // It asks for a resource by it.
  client.iqCaller.request = questions.ask;
  client.on('stanza', (stanza) => (stanza.is('iq') ? questions.take(stanza) : onStanza(stanza)));
  try {
    await loggedIn(client, plan, lost);
  } catch (error) {
    await close();
    throw new Error(`${domain} does not let ${bareOf(jid)} in: ${reasonOf(error)}`);
  }
  return {
    jid: client.jid?.toString() ?? jid,
    lost,
    close,
    send: (element) => client.send(element),
    ask: questions.ask,
  };
}

/** Never anonymously, and never with the password as it is where others could read it. */
function mechanismOf(mechanisms: readonly string[], { tls, places }: SocketPlan): string {
  if (mechanisms.includes('SCRAM-SHA-1')) return 'SCRAM-SHA-1';
  const isPrivate = tls || places.every(({ host }) => isLoopback(host));
  if (mechanisms.includes('PLAIN') && isPrivate) return 'PLAIN';
  throw new Error(
    tls
      ? 'it knows neither SCRAM-SHA-1 nor PLAIN'
      : 'without tls it has to know SCRAM-SHA-1, which keeps the password to itself',
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function useOwnSocket(client: Client, plan: SocketPlan): readonly StreamSocket[] {
  const opened: StreamSocket[] = [];
  const [usual] = client.transports.filter(isForTcp);
  if (usual === undefined) throw new Error('@xmpp/client has no transport over TCP');
  class OwnSocket extends StreamSocket {
    constructor() {
      super();
      opened.push(this);
    }
  }
  const ours = {
    Socket: OwnSocket,
    socketParameters: () => plan,
    async send(this: Client, element: Element) {
      // The client counts wrongly what comes along with the answer, so that servers end the stream.
      if (!element.is('enable', ns.acks)) await usual.prototype.send.call(this, element);
    },
  };
  client.transports = [{ prototype: Object.setPrototypeOf(ours, usual.prototype) }];
  return opened;
}

function isForTcp({ prototype }: Transport): boolean {
  try {
    return prototype.socketParameters('xmpp://localhost') !== undefined;
  } catch {
    return false;
  }
}

async function loggedIn(client: Client, { domain, tls }: SocketPlan, lost: Promise<void>): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    client.on('online', () => resolve());
    client.on('error', reject);
    client.on('nonza', (nonza) => {
      if (nonza.is('features', ns.stream) && !nonza.getChildElements().some(isWayIn))
        reject(new Error(`it lets nobody log in${tls ? '' : ' without tls'}`));
    });
    void lost.then(() => reject(new Error('it hangs up')));
  });
  // It may break before anybody waits for it.
  ready.catch(() => undefined);
  await client.connect(`xmpp://${domain}`);
  // The client itself would wait on for a stream that was cut off before it began.
  await Promise.race([client.open({ domain }), ready]);
  if (!(await within(answerMs, ready))) throw new Error('it does not answer in time');
  await client.send(xml('presence'));
}

/** Whether what the server offers leads on: to a password, or past it. */
function isWayIn(feature: Element): boolean {
  return /^(mechanisms|authentication|bind)$/.test(feature.name);
}

function reasonOf(error: unknown): string {
  const condition = error instanceof Error && 'condition' in error ? error.condition : undefined;
  return condition === 'not-authorized'
    ? 'the password is wrong, or there is no such account'
    : errorMessage(error);
}
