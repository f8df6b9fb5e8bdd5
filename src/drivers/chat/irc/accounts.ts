import type { Client, PrivmsgEvent, Source, WhoisEvent } from 'irc-framework';
import type { Clock } from '../../../core/clock.js';

/** Tells which account of the network's services somebody is logged in to. */
export interface Accounts {
  /** The account of who wrote a line; undefined when nothing proves one. */
  of(event: PrivmsgEvent): Promise<string | undefined>;
  /** The account of who bears a nick now, asked anew. */
  bearing(nick: string): Promise<string | undefined>;
}

/** How long what WHOIS told is believed, unless something is heard of them before. */
const trustedMs = 60_000;
const patienceMs = 10_000;

interface Known {
  readonly account: string | undefined;
  readonly until: number;
}

/**
 * Learns accounts by the `account-tag` of each line where the network has it, and by WHOIS elsewhere: of exactly the mask
 * that wrote the line, and forgotten as soon as its bearer leaves, is renamed, or logs in or out.
 */
export function createAccounts(client: Client, clock: Clock, beforeAsking: () => void): Accounts {
  const known = new Map<string, Known>();
  const forget = ({ nick }: Source) => {
    for (const mask of known.keys()) if (mask.startsWith(`${nick}!`)) known.delete(mask);
  };
  client.on('nick', (event) => {
    forget(event);
    forget({ ...event, nick: event.new_nick });
  });
  client.on('kick', (event) => forget({ ...event, nick: event.kicked }));
  for (const event of ['quit', 'part', 'join', 'account'] as const) client.on(event, forget);

  async function ask(nick: string): Promise<{ readonly mask: string; readonly account: string | undefined }> {
    beforeAsking();
    const { ident = '', hostname = '', account } = await whois(client, nick);
    return { mask: maskOf({ nick, ident, hostname }), account: account === '' ? undefined : account };
  }

  return {
    async of(event) {
      if (client.network.cap.isEnabled('account-tag')) return event.account || undefined;
      const mask = maskOf(event);
      const before = known.get(mask);
      if (before !== undefined && before.until > clock.now().getTime()) return before.account;
      known.delete(mask);
      const told = await ask(event.nick);
      // Somebody else may bear the nick by now.
      const account = told.mask === mask ? told.account : undefined;
      known.set(mask, { account, until: clock.now().getTime() + trustedMs });
      return account;
    },
    bearing: async (nick) => (await ask(nick)).account,
  };
}

/** Who somebody is as the network writes it. */
export function maskOf({ nick, ident, hostname }: Source): string {
  return `${nick}!${ident}@${hostname}`;
}

/** What WHOIS says; nothing after ten seconds, for then it proves nothing. */
function whois(client: Client, nick: string): Promise<Partial<WhoisEvent>> {
  return new Promise((resolve) => {
    const end = (told: Partial<WhoisEvent>) => {
      clearTimeout(timer);
      client.removeListener('whois', take);
      client.removeListener('socket close', lost);
      resolve(told);
    };
    const take = (event: WhoisEvent) => {
      if (event.nick.toLowerCase() === nick.toLowerCase()) end(event);
    };
    const lost = () => end({});
    const timer = setTimeout(lost, patienceMs);
    client.on('whois', take);
    client.on('socket close', lost);
    client.raw('WHOIS', nick);
  });
}
