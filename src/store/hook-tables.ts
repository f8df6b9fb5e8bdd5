import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { DeliveryOutcome } from '../core/delivery.js';

/** Table `deliveries`. */
export interface DeliveriesTable {
  id: GeneratedAlways<number>;
  host: string;
  /** The host's id of it; sent again, it is the same. */
  key: string;
  event: string | null;
  /** Those that reading it needs; never its signature. */
  headers: ColumnType<Readonly<Record<string, string>>, string, string>;
  body: string;
  /** The body's bytes. */
  size: number;
  received_at: Date;
  /** Names of the config. */
  repositories: Generated<readonly string[]>;
  outcome: ColumnType<DeliveryOutcome | null, string | null, string | null>;
  /** How often it could not be passed on. */
  attempts: Generated<number>;
  /** When something came of it; absent: it waits. */
  looked_at: Date | null;
}

/** The tables of the hosts' deliveries. */
export interface HookDatabase {
  deliveries: DeliveriesTable;
}
