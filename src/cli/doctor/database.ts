import { silentLog } from '../../store/log.js';
import type { ReachedDatabase } from '../../store/reach.js';
import type { Session } from '../session.js';
import { badFor, type Finding, well } from './finding.js';

/** What was found of the database. */
export interface FoundDatabase {
  readonly finding: Finding;
  /** The id of this Packtrain; a text that is nobody's where it has none yet, undefined where that can't be told. */
  readonly owner?: string;
}

const nobody = 'not-yet-here';

/** Reaches the database as it is, without making or changing one. */
export async function checkDatabase({ options }: Session): Promise<FoundDatabase> {
  const name = 'database';
  const { data, databaseUrl } = options;
  // Loaded here, for it is much, and only this check and the backups need it.
  const { reachToRead } = await import('../../store/reach.js');
  const which = { dataDir: data, log: silentLog, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
  const reached = await reachToRead(which, 'doctor');
  if (reached.ok) {
    const owner = await ownerIn(reached.value);
    const what = databaseUrl === undefined ? 'the embedded PostgreSQL' : 'the PostgreSQL of DATABASE_URL';
    return { finding: well(name, what), ...(owner === undefined ? {} : { owner }) };
  }
  // What a backup cannot do without is what the first start makes.
  return reached.refusal.code === 'nothing-to-back-up'
    ? { finding: well(name, 'none yet; the first start makes it'), owner: nobody }
    : { finding: badFor(name, reached.refusal) };
}

async function ownerIn(database: ReachedDatabase): Promise<string | undefined> {
  const { readInstallationId } = await import('../../store/installation.js');
  try {
    return (await readInstallationId(database.url)) ?? nobody;
  } catch {
    // Who may not read it may still be told all the rest.
    return undefined;
  } finally {
    await database.close();
  }
}
