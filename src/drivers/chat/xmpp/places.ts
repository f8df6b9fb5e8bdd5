import type { SrvRecord } from 'node:dns';
import { resolveSrv } from 'node:dns/promises';
import { domainOf } from './jid.js';
import type { XmppSettings } from './settings.js';

/** Where a server may be reached. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Whether it is encrypted from the first byte. */
  readonly isDirect: boolean;
}

const plainPort = 5222;
const directPort = 5223;

/** Where to reach the server of an account, the best first: what the config says, else what its domain says in the DNS. */
export async function placesOf(
  { jid, host, port, tls, directTls }: XmppSettings,
  ask: typeof resolveSrv = resolveSrv,
): Promise<readonly Place[]> {
  const domain = domainOf(jid);
  const isDirect = tls && directTls;
  if (host !== undefined || port !== undefined || isDirect)
    return [{ host: host ?? domain, port: port ?? (isDirect ? directPort : plainPort), isDirect }];
  const asked = async (service: string, isDirect: boolean) =>
    (await ask(`${service}._tcp.${domain}`).catch(() => [])).map((record) => ({ ...record, isDirect }));
  const [direct, usual] = await Promise.all([
    tls ? asked('_xmpps-client', true) : [],
    asked('_xmpp-client', false),
  ]);
  // A dot says that there is no such service.
  const named = [...direct, ...usual].filter(({ name }) => name !== '' && name !== '.').sort(byRank);
  if (named.length === 0) return [{ host: domain, port: plainPort, isDirect: false }];
  return named.map(({ name, port, isDirect }) => ({ host: name, port, isDirect }));
}

function byRank(a: SrvRecord, b: SrvRecord): number {
  return a.priority - b.priority || b.weight - a.weight;
}
