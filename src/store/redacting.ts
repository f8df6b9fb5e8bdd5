import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { Redactor } from '../core/redact.js';

/**
 * A pool's connections, with secrets masked in every value on its way to the database, so that no table can be
 * forgotten. It stands below what makes the statements: there a value is a value, and nothing has to be taken apart.
 */
export function redacting(pool: Pool, redactor: Redactor): PostgresPool {
  return {
    connect: async () => maskedClient(await pool.connect(), redactor),
    end: () => pool.end(),
  };
}

function maskedClient(client: PoolClient, redactor: Redactor): PostgresPoolClient {
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new Error('a cursor would not be masked');
    return client.query(text, [...redactor.json(values)]);
  }
  return { query, release: () => client.release() };
}
