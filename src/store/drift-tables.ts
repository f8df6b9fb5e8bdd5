import type { ColumnType } from 'kysely';
import type { Drift } from '../core/drift.js';

/** Table `drift_looks`: when each target is looked over. */
export interface DriftLooksTable {
  target: string;
  next_look_at: Date;
  /** The server that looks now, and until when nobody else does. */
  taken_by: string | null;
  taken_until: Date | null;
}

/** Table `drifts`: the live packs that somebody changed on the target itself. */
export interface DriftsTable {
  target: string;
  pack: string;
  /** What was live then. */
  release: string;
  drift: ColumnType<Drift, string, string>;
  /** The same for the same drift: then nobody is told again. */
  mark: string;
  since: Date;
}

/** The tables about drift. */
export interface DriftDatabase {
  drift_looks: DriftLooksTable;
  drifts: DriftsTable;
}
