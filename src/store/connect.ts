import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorMessage } from '../core/error-message.js';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { within } from '../core/within.js';
import type { StoreLog } from './log.js';
import { errorCode } from './processes.js';

/** The schema of Packtrain's own tables; unqualified names mean it on every connection of the pool. */
export const ownSchema = 'packtrain';

/** What the pool's connections call themselves in `pg_stat_activity`. */
export const applicationName = 'packtrain';

/** Where a connection goes, for messages: without the password. */
export interface Address {
  readonly address: string;
  readonly user: string;
  readonly database: string;
}

const oldestVersion = { number: 140_000, name: '14' };
const connectWithin = 10_000;
/** How long a statement may wait for a connection while all are at work, in milliseconds: far longer than for a server that is away. */
const freeWithin = 60_000;
const poolSize = 10;

/** The settings that every connection of the store shares. */
function clientConfig(url: string): pg.ClientConfig {
  return { connectionString: withSearchPath(url), connectionTimeoutMillis: connectWithin, keepAlive: true };
}

function withSearchPath(url: string): string {
  const parsed = new URL(url);
  const given = parsed.searchParams.get('options');
  const path = `-c search_path=${ownSchema}`;
  parsed.searchParams.set('options', given === null ? path : `${given} ${path}`);
  return parsed.href;
}

/** One connection with Packtrain's search path; the caller connects and ends it. */
export function newClient(url: string, purpose: string): pg.Client {
  const client = new pg.Client({ ...clientConfig(url), application_name: `${applicationName}-${purpose}` });
  // Without a listener, a connection that breaks while idle would end the process; its next query fails anyway.
  client.on('error', () => undefined);
  return client;
}

/** A connection of the pool. By the pool's own setting it could take as long to connect as others may wait for it. */
class PooledClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: connectWithin });
  }
}

/** The connections of each pool, also those that somebody holds. */
const open = new WeakMap<pg.Pool, Set<pg.Client>>();

/** A pool that outlives the database going away: a broken connection is logged and replaced. */
export function newPool(url: string, log: StoreLog): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(url),
    Client: PooledClient,
    connectionTimeoutMillis: freeWithin,
    application_name: applicationName,
    max: poolSize,
    // Each is a process of PostgreSQL's with memory of its own, so only a few outlast a busy moment.
    min: 2,
    idleTimeoutMillis: 10_000,
    types: { getTypeParser: typeParser },
  });
  const lost = (error: Error) => {
    if (!pool.ending) log.warn({ detail: errorMessage(error) }, 'A database connection was lost.');
  };
  pool.on('error', lost);
  // The pool itself listens only while a connection lies idle in it, not while somebody holds it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const clients = new Set<pg.Client>();
  open.set(pool, clients);
  pool.on('connect', (client) => void clients.add(client));
  pool.on('remove', (client) => void clients.delete(client));
  return pool;
}

/** Ends a pool. Connections that somebody still holds are cut off after a moment: a query may take for ever. */
export async function endPool(pool: pg.Pool, withinMs = 1_000): Promise<void> {
  const ended = pool.end();
  if (await within(withinMs, ended)) return;
  // The pool goes on waiting for whoever holds one; that one has nothing left to hold.
  for (const client of open.get(pool) ?? []) client.end().catch(() => undefined);
}

/** Bigints come as numbers: ids and counts stay far below 2^53. */
function typeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
  return pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
}

/** Whether `DATABASE_URL` can be used at all: reachable, lets us in, new enough, and writable. */
export async function checkDatabase(url: string): Promise<Result<Address>> {
  const invalid = invalidUrl(url);
  if (invalid !== undefined) return refused(refuse('database-url-invalid', { detail: invalid }));
  const client = await connectPatiently(url);
  if ('refusal' in client) return refused(client.refusal);
  try {
    const where = addressOf(client.client);
    const refusal = await serverRefusal(client.client, where);
    return refusal === undefined ? ok(where) : refused(refusal);
  } finally {
    await client.client.end();
  }
}

function invalidUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return 'it is not a URL';
  const { protocol } = new URL(url);
  if (!['postgres:', 'postgresql:'].includes(protocol))
    return `it begins with ${protocol}, not with postgres:`;
  return undefined;
}

type Connected = { readonly client: pg.Client } | { readonly refusal: Refusal };

/** Connects; a server that is only just starting is waited for. */
async function connectPatiently(url: string): Promise<Connected> {
  const deadline = Date.now() + connectWithin;
  for (;;) {
    const client = newClient(url, 'check');
    try {
      await client.connect();
      return { client };
    } catch (error) {
      await client.end().catch(() => undefined);
      const isStarting = errorCode(error) === '57P03';
      if (!isStarting || Date.now() > deadline) return { refusal: connectRefusal(error, addressOf(client)) };
      await sleep(200);
    }
  }
}

function addressOf(client: pg.Client): Address {
  const { host, port, user = '', database = '' } = client;
  return { address: host.startsWith('/') ? host : `${host}:${port}`, user, database };
}

/** The refusal that a failure to connect means. */
export function connectRefusal(error: unknown, where: Address): Refusal {
  const { address, user, database } = where;
  const code = errorCode(error);
  if (code === '3D000') return refuse('database-missing', { address, database });
  if (code.startsWith('28'))
    return refuse('database-auth-failed', { address, user, detail: errorMessage(error) });
  // Several addresses were tried, and Node puts the reasons into a list and leaves the message empty.
  const detail = errorMessage(error) || code || 'no answer';
  return refuse('database-unreachable', { address, detail });
}

interface ServerRow {
  readonly number: number;
  readonly version: string;
  readonly standby: boolean;
}

async function serverRefusal(client: pg.Client, { address }: Address): Promise<Refusal | undefined> {
  const facts = await client.query<ServerRow>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool AS standby`,
  );
  const row = facts.rows[0];
  if (row === undefined) return undefined;
  if (row.number < oldestVersion.number) {
    return refuse('database-too-old', { address, found: row.version, needed: oldestVersion.name });
  }
  return row.standby ? refuse('database-read-only', { address }) : undefined;
}
