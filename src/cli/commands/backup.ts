import path from 'node:path';
import { silentLog } from '../../store/log.js';
import type { AddCommand } from '../add-command.js';
import type { Session } from '../session.js';

/** `packtrain backup`: the database in one file. */
export const backupCommand: AddCommand = (program, run) => {
  program
    .command('backup')
    .description('write the database to a file, also while the server runs')
    .argument('[file]', 'packtrain-TIME.backup in this folder, unless named')
    .action((file: string | undefined, _flags: object, command) =>
      run(command, async (session) => {
        const { context } = session;
        const to = path.resolve(context.cwd, file ?? defaultName(context.clock.now()));
        // Loaded here, for the database is much, and other commands do without.
        const { backup } = await import('../../store/backup.js');
        const done = await backup({ ...databaseOf(session), file: to });
        return done.ok ? report(session, { file: to, ...done.value }) : session.refuse(done.refusal);
      }),
    );
};

/** `packtrain restore`: the database back from a file. */
export const restoreCommand: AddCommand = (program, run) => {
  program
    .command('restore')
    .description('read the database back from a file that backup wrote; the server must be stopped')
    .argument('<file>')
    .option('--force', 'replace a database that is not empty')
    .action((file: string, flags: { force?: boolean }, command) =>
      run(command, async (session) => {
        const from = path.resolve(session.context.cwd, file);
        const { restore } = await import('../../store/restore.js');
        const done = await restore({ ...databaseOf(session), file: from, force: flags.force === true });
        return done.ok ? report(session, { file: from, ...done.value }) : session.refuse(done.refusal);
      }),
    );
};

function databaseOf({ options }: Session) {
  const { data, databaseUrl } = options;
  return { dataDir: data, log: silentLog, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
}

interface Report {
  readonly file: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

function report(session: Session, done: Report): number {
  if (session.options.json) session.json(done);
  else session.print(`${done.file}: ${done.rows} rows of ${done.tables} tables, ${done.bytes} bytes.`);
  return 0;
}

/** Sorts by time, and has no character that a file system minds. */
function defaultName(now: Date): string {
  return `packtrain-${now.toISOString().slice(0, 19).replaceAll(':', '')}.backup`;
}
