import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client, type ErrorEvent } from 'irc-framework';
import { ChatUndeliverable } from '../../../core/chat.js';
import type { OutsideChatParts } from '../../../core/outside-chat.js';
import { within } from '../../../core/within.js';
import type { Connection } from '../sdk/connect.js';
import { maskOf } from './accounts.js';
import { folded } from './names.js';
import { stay } from './presence.js';
import type { IrcSettings } from './settings.js';
import { LineTransport } from './transport.js';

/** One connection to the network, registered and in its channels. */
export interface Session extends Connection {
  readonly client: Client;
  /** Unlike that of any other connection. */
  readonly id: string;
  /** Our own `nick!user@host`, as others see it; undefined until we saw it. */
  readonly source: () => string | undefined;
  /** Writes lines to a channel or nick; settles once the server has taken them. Throws when it refuses them, or is lost. */
  say(command: 'PRIVMSG' | 'NOTICE', target: string, lines: readonly string[]): Promise<void>;
}

const registeringMs = 15_000;
const sayingMs = 15_000;
const closingMs = 1_000;

/** What the server says of a line that it will never pass on. */
const never = new Set(['no_such_nick', 'cannot_send_to_channel', 'cannot_send_to_user', 'no_such_channel']);

/** Connects, logs in and joins. Throws when the network does not let us in. @param onClient hangs its own listeners on before anything is heard */
export async function openSession(
  settings: IrcSettings,
  { secret, log }: Pick<OutsideChatParts, 'secret' | 'log'>,
  onClient: (client: Client, id: string) => void,
): Promise<Session> {
  const client = new Client();
  const options = await clientOptions(settings, secret);
  const lost = new Promise<void>((resolve) => client.on('close', resolve));
  const presence = stay(client, settings, log);
  const id = randomUUID();
  let source: string | undefined;
  client.on('join', (event) => {
    if (event.nick === client.user.nick) source = maskOf(event);
  });
  onClient(client, id);

  const say: Session['say'] = async (command, target, lines) => {
    if (presence.isMissing(target)) throw new Error(`${settings.nick} is not in ${target} at the moment`);
    const refused = await asked(client, () => {
      for (const line of lines) client.raw(command, target, line);
    });
    const problem = refused.find((one) => folded(one.channel ?? one.nick ?? '') === folded(target));
    if (problem === undefined) return;
    const words = `${target}: ${problem.reason ?? problem.error}`;
    throw presence.isMissing(target) ? new Error(words) : new ChatUndeliverable(words);
  };
  const close = async () => {
    presence.end();
    client.quit('Packtrain stops');
    await within(closingMs, lost);
    client.connection.end(null, true);
  };

  try {
    await registered(client, settings, options);
    await asked(client, () => presence.begin());
  } catch (error) {
    await close();
    throw error;
  }
  return { client, id, lost, close, say, source: () => source };
}

async function clientOptions(settings: IrcSettings, secret: OutsideChatParts['secret']) {
  const { host, port, tls, caFile, nick, password, account } = settings;
  return {
    host,
    port,
    tls,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }),
    nick,
    username: 'packtrain',
    gecos: 'Packtrain',
    version: 'Packtrain',
    ...(password === undefined ? {} : { password: await secret(password) }),
    // Empty rather than absent, or the server's password is taken for that of an account.
    account: account === undefined ? {} : { account: account.name, password: await secret(account.password) },
    sasl_disconnect_on_fail: true,
    auto_reconnect: false,
    ping_interval: 30,
    ping_timeout: 120,
    transport: LineTransport,
  };
}

type Options = Awaited<ReturnType<typeof clientOptions>>;

function registered(client: Client, { nick, host }: IrcSettings, options: Options): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${host} does not let ${nick} in: ${why}`));
    };
    const timer = setTimeout(() => fail('it does not answer in time'), registeringMs);
    client.on('registered', () => {
      clearTimeout(timer);
      resolve();
    });
    client.on('sasl failed', ({ reason }) => fail(`its services refuse the account (${reason})`));
    client.on('irc error', ({ error, reason }) => {
      if (error === 'password_mismatch') fail('the password of the server is wrong');
      if (error === 'irc') fail(reason ?? 'it ends the connection');
    });
    client.on('socket close', (error) => fail(error instanceof Error ? error.message : 'it hangs up'));
    client.connect(options);
  });
}

let tokens = 0;

/** Does something and waits until the server has dealt with it, which its answer to a ping tells. @returns what it refused meanwhile */
function asked(client: Client, work: () => void): Promise<readonly ErrorEvent[]> {
  tokens += 1;
  const token = `packtrain-${tokens}`;
  return new Promise((resolve, reject) => {
    const errors: ErrorEvent[] = [];
    const end = (settle: () => void) => {
      clearTimeout(timer);
      client.removeListener('irc error', refuse);
      client.removeListener('pong', answer);
      client.removeListener('socket close', lose);
      settle();
    };
    const refuse = (error: ErrorEvent) => {
      if (never.has(error.error)) errors.push(error);
    };
    const answer = ({ message }: { readonly message?: string }) => {
      if (message === token) end(() => resolve(errors));
    };
    const lose = () => end(() => reject(new Error('the connection was lost')));
    const timer = setTimeout(() => end(() => reject(new Error('the server does not answer'))), sayingMs);
    client.on('irc error', refuse);
    client.on('pong', answer);
    client.on('socket close', lose);
    work();
    client.ping(token);
  });
}
