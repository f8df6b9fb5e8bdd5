import type { ColumnType } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';

type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

/** Table `linked_accounts`: accounts that their owner joined; those with one number are one person's. */
export interface LinkedAccountsTable {
  platform: string;
  user_id: string;
  name: string;
  person: number;
  since: Date;
  origin: NullableJson<Origin>;
}

/** Table `link_offers`: codes that were given out, as hashes, and who said which. */
export interface LinkOffersTable {
  platform: string;
  user_id: string;
  actor: Json<Actor>;
  origin: NullableJson<Origin>;
  code_hash: string;
  other: NullableJson<Actor>;
  other_origin: NullableJson<Origin>;
  second_hash: string | null;
  expires_at: Date;
}

/** Table `link_misses`: how often an account said a code that there is not, since when. */
export interface LinkMissesTable {
  platform: string;
  user_id: string;
  since: Date;
  misses: number;
}

/** The tables of who is who. */
export interface LinkDatabase {
  linked_accounts: LinkedAccountsTable;
  link_offers: LinkOffersTable;
  link_misses: LinkMissesTable;
}
