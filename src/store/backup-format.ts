import { z } from 'zod';
import { schemas } from './set-aside.js';

/**
 * A backup is a gzipped text file, one thing a line:
 * the header, then for each table its head, its rows as PostgreSQL's COPY writes them and a line `\.`,
 * and at last the end, which tells a whole file from one that was cut off.
 */
export const formatVersion = 1;

/** The line after a table's last row; COPY never writes a row like it. */
export const endOfRows = '\\.';

const sequenceSchema = z.object({
  schema: z.enum(schemas),
  name: z.string(),
  /** The last value given out; null when none was. A string, since it may pass 2^53. */
  last: z.string().nullable(),
});

export const headerSchema = z.object({
  packtrainBackup: z.number(),
  createdAt: z.string(),
  postgres: z.string(),
  /** Names of Packtrain's migrations that the database has. */
  migrations: z.array(z.string()),
  /** The version of the engine's tables; null when it was never started. */
  dbos: z.number().nullable(),
});

export const tableSchema = z.object({
  schema: z.enum(schemas),
  table: z.string(),
  columns: z.array(z.string()).min(1),
});

export const endSchema = z.object({
  end: z.literal(true),
  rows: z.number(),
  sequences: z.array(sequenceSchema),
});

/** The first line. */
export type Header = z.infer<typeof headerSchema>;
/** The line before a table's rows. */
export type TableHead = z.infer<typeof tableSchema>;
/** The last line. */
export type End = z.infer<typeof endSchema>;
/** How far a sequence has counted. */
export type Sequence = z.infer<typeof sequenceSchema>;

/** The file is not a whole backup; says what is wrong with it. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

/** Reads one line of JSON. Throws `BadBackup` when it is something else. */
export function parseLine<T>(schema: z.ZodType<T>, line: string | undefined): T {
  if (line === undefined) throw new BadBackup('it ends too early');
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw new BadBackup('it is not a backup of Packtrain, or was changed');
  }
}
