import { reason } from './define.js';

const ownDatabase = 'Or set DATABASE_URL to a PostgreSQL of your own.';

/** Reasons that have to do with the data directory, the database, its backup and its restoring. */
export const storeReasons = {
  'data-dir-in-use': reason<{ dataDir: string; pid: number; purpose: string }>({
    kind: 'busy',
    what: (p) =>
      `The data directory ${p.dataDir} is in use by another Packtrain (${p.purpose}, pid ${p.pid}).`,
    next: () => 'Stop that one first, or name another data directory with --data.',
  }),
  'data-dir-not-yours': reason<{ path: string; user: string }>({
    kind: 'denied',
    what: (p) => `${p.user} may not use ${p.path}.`,
    next: () => 'Run Packtrain as the user that owns the data directory, or name another one with --data.',
  }),
  'data-dir-copied': reason<{ dataDir: string; original: string; cluster: string }>({
    kind: 'invalid',
    what: (p) => `${p.dataDir} is a copy of ${p.original}, and the database of both is ${p.cluster}.`,
    next: (p) =>
      `Remove ${p.dataDir}/postgres to start with an empty database, then load a backup of ${p.original} with \`packtrain restore\`.`,
  }),
  'database-needs-user': reason<{ user: string; detail: string }>({
    kind: 'outage',
    what: (p) => `PostgreSQL does not run as root, and Packtrain cannot run it as ${p.user}: ${p.detail}.`,
    next: () => `Run Packtrain as an ordinary user. ${ownDatabase}`,
  }),
  'database-binaries-missing': reason<{ platform: string }>({
    kind: 'outage',
    what: (p) => `No PostgreSQL for ${p.platform} is installed with Packtrain.`,
    next: () => `Run \`npm ci\` without --omit=optional. ${ownDatabase}`,
  }),
  'database-no-place': reason<{ path: string; user: string; detail: string }>({
    kind: 'outage',
    what: (p) => `PostgreSQL runs as ${p.user} and needs ${p.path}, which cannot be written: ${p.detail}.`,
    next: (p) => `Name a data directory with --data that ${p.user} can enter. ${ownDatabase}`,
  }),
  'database-cannot-start': reason<{ detail: string; log: string }>({
    kind: 'outage',
    what: (p) => `The embedded PostgreSQL does not start: ${p.detail}.`,
    next: (p) => (p.log === '' ? ownDatabase : `Its log is ${p.log}.`),
  }),
  'database-version': reason<{ cluster: string; found: string; needed: string }>({
    kind: 'invalid',
    what: (p) =>
      `The database ${p.cluster} is of PostgreSQL ${p.found}, and this Packtrain brings ${p.needed}.`,
    next: () =>
      'Run `packtrain backup` with the Packtrain that you had, move the data directory away, then run `packtrain restore` with this one.',
  }),
  'database-password-missing': reason<{ file: string }>({
    kind: 'invalid',
    what: (p) => `The embedded database's password file ${p.file} is missing or cannot be read.`,
    next: () =>
      'Put it back from a copy of the data directory, or start with an empty one and `packtrain restore`.',
  }),
  'database-url-invalid': reason<{ detail: string }>({
    kind: 'usage',
    what: (p) => `DATABASE_URL cannot be used: ${p.detail}.`,
    next: () => 'Write it like postgres://user:password@host:5432/database.',
  }),
  'database-unreachable': reason<{ address: string; detail: string }>({
    kind: 'outage',
    what: (p) => `The database at ${p.address} cannot be reached: ${p.detail}.`,
    next: () => 'See that it runs and that DATABASE_URL names the right host and port.',
  }),
  'database-auth-failed': reason<{ address: string; user: string; detail: string }>({
    kind: 'denied',
    what: (p) => `The database at ${p.address} does not let ${p.user} in: ${p.detail}.`,
    next: () => 'Check the user and the password in DATABASE_URL, and the server’s pg_hba.conf.',
  }),
  'database-missing': reason<{ address: string; database: string }>({
    kind: 'missing',
    what: (p) => `The server at ${p.address} has no database ${p.database}.`,
    next: (p) => `Create it: CREATE DATABASE "${p.database}".`,
  }),
  'database-too-old': reason<{ address: string; found: string; needed: string }>({
    kind: 'invalid',
    what: (p) =>
      `The database at ${p.address} is PostgreSQL ${p.found}; Packtrain needs ${p.needed} or newer.`,
    next: () => 'Upgrade it, or leave DATABASE_URL unset to use the embedded one.',
  }),
  'database-read-only': reason<{ address: string }>({
    kind: 'invalid',
    what: (p) => `The database at ${p.address} is read-only.`,
    next: () => 'Name the primary server in DATABASE_URL, not a standby.',
  }),
  'database-no-rights': reason<{ address: string; user: string; database: string; detail: string }>({
    kind: 'denied',
    what: (p) => `${p.user} may not set up Packtrain's tables in ${p.database} at ${p.address}: ${p.detail}.`,
    next: (p) => `Let it: GRANT CREATE ON DATABASE "${p.database}" TO "${p.user}".`,
  }),
  'database-newer': reason<{ migrations: string[] }>({
    kind: 'invalid',
    what: (p) => `The database was set up by a newer Packtrain (it has ${p.migrations.join(', ')}).`,
    next: () => 'Run that version or a newer one, or restore a backup of before the upgrade.',
  }),
  'database-not-empty': reason<{ tables: string[] }>({
    kind: 'busy',
    what: (p) => `The database is not empty: ${p.tables.join(', ')} have rows.`,
    next: () => 'Add --force to replace all that is in it.',
  }),
  'database-in-use': reason<{ connections: number }>({
    kind: 'busy',
    what: (p) =>
      `Packtrain is running on this database (${p.connections} open ${p.connections === 1 ? 'connection' : 'connections'}).`,
    next: () => 'Stop every Packtrain server that uses it first.',
  }),
  'database-being-restored': reason<Record<string, never>>({
    kind: 'busy',
    what: () => 'A backup is being restored into this database.',
    next: () => 'Wait until that has ended, then start again.',
  }),
  'nothing-to-back-up': reason<{ place: string }>({
    kind: 'missing',
    what: (p) => `There is no Packtrain database in ${p.place}.`,
    next: () => 'Name the data directory with --data, or the database with DATABASE_URL.',
  }),
  'backup-unwritable': reason<{ file: string; detail: string }>({
    kind: 'outage',
    what: (p) => `The backup ${p.file} cannot be written: ${p.detail}.`,
    next: () => 'Name a file in a folder with enough space that you may write to.',
  }),
  'backup-unreadable': reason<{ file: string; detail: string }>({
    kind: 'invalid',
    what: (p) => `The backup ${p.file} cannot be read: ${p.detail}.`,
    next: () => 'Nothing was changed. Name a file that `packtrain backup` wrote, whole.',
  }),
  'backup-newer': reason<{ file: string; detail: string }>({
    kind: 'invalid',
    what: (p) => `The backup ${p.file} is from a newer Packtrain (${p.detail}).`,
    next: () => 'Nothing was changed. Restore it with that version or a newer one.',
  }),
};
