import { silentLog } from '../../store/log.js';
import type { Session } from '../session.js';
import { badFor, type Finding, well } from './finding.js';

/** Reaches the database as it is, without making or changing one. */
export async function checkDatabase({ options }: Session): Promise<Finding> {
  const name = 'database';
  const { data, databaseUrl } = options;
  // Loaded here, for it is much, and only this check and the backups need it.
  const { reachToRead } = await import('../../store/reach.js');
  const which = { dataDir: data, log: silentLog, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
  const reached = await reachToRead(which, 'doctor');
  if (reached.ok) {
    await reached.value.close();
    return well(
      name,
      databaseUrl === undefined ? 'the embedded PostgreSQL' : 'the PostgreSQL of DATABASE_URL',
    );
  }
  // What a backup cannot do without is what the first start makes.
  if (reached.refusal.code === 'nothing-to-back-up') return well(name, 'none yet; the first start makes it');
  return badFor(name, reached.refusal);
}
