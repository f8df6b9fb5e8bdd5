import pg from 'pg';
import type { Sequence, TableHead } from './backup-format.js';
import { schemas } from './set-aside.js';

/** Tables that the migrations themselves fill. */
const bookkeeping = ['packtrain.kysely_migration', 'packtrain.kysely_migration_lock', 'dbos.dbos_migrations'];

interface TableRow {
  readonly schema: TableHead['schema'];
  readonly table: string;
  readonly columns: string[];
  /** The tables that its foreign keys point at. */
  readonly needs: string[];
}

/** The tables with rows to keep, each after those that it refers to. */
export async function tablesOf(client: pg.ClientBase): Promise<TableHead[]> {
  const found = await client.query<TableRow>(
    `SELECT n.nspname::text AS schema, c.relname::text AS "table",
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       (SELECT coalesce(array_agg(DISTINCT fn.nspname || '.' || f.relname), '{}') FROM pg_constraint k
         JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
         WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS needs
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname = ANY($1::text[]) ORDER BY 1, 2`,
    [schemas],
  );
  const kept = found.rows.filter((row) => !bookkeeping.includes(nameOf(row)) && row.columns !== null);
  return inOrder(kept).map(({ schema, table, columns }) => ({ schema, table, columns }));
}

function nameOf(table: Pick<TableHead, 'schema' | 'table'>): string {
  return `${table.schema}.${table.table}`;
}

function inOrder(tables: readonly TableRow[]): TableRow[] {
  const waiting = new Map(tables.map((table) => [nameOf(table), table]));
  const ordered: TableRow[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((table) => !table.needs.some((need) => waiting.has(need)));
    if (ready.length === 0)
      throw new Error(`Tables refer to each other in a ring: ${[...waiting.keys()].join()}`);
    for (const table of ready) waiting.delete(nameOf(table));
    ordered.push(...ready);
  }
  return ordered;
}

/** How far every sequence has counted. Sequences ignore snapshots, so this is read after the rows. */
export async function sequencesOf(client: pg.ClientBase): Promise<Sequence[]> {
  const found = await client.query<Sequence>(
    `SELECT schemaname::text AS schema, sequencename::text AS name, last_value::text AS last
     FROM pg_sequences WHERE schemaname = ANY($1::text[]) ORDER BY 1, 2`,
    [schemas],
  );
  return found.rows;
}

/** The version of the engine's tables; undefined when it was never started. */
export async function engineVersion(client: pg.ClientBase): Promise<number | null> {
  const there = await client.query("SELECT 1 WHERE to_regclass('dbos.dbos_migrations') IS NOT NULL");
  if (there.rows.length === 0) return null;
  const found = await client.query<{ version: string }>(
    'SELECT max(version) AS version FROM dbos.dbos_migrations',
  );
  return Number(found.rows[0]?.version ?? 0);
}

/** A table's name as SQL takes it. */
export function quoted(table: Pick<TableHead, 'schema' | 'table'>): string {
  return `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.table)}`;
}

/** A table with its columns, as COPY takes it. */
export function copyTarget(table: TableHead): string {
  return `${quoted(table)} (${table.columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`;
}
