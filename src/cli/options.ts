import path from 'node:path';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';

/** The options that every command has, as they were given. */
export interface RawOptions {
  readonly config?: string;
  readonly data?: string;
  readonly port?: string;
  readonly json?: boolean;
  readonly as?: string;
}

/** The options that every command has, with what the environment and the defaults add. */
export interface CliOptions {
  /** The absolute path of packtrain.yaml. */
  readonly config: string;
  /** Whether somebody named the config, so that nothing else may take its place. */
  readonly configGiven: boolean;
  /** The absolute path of the data directory. */
  readonly data: string;
  /** The port to serve on, if somebody named one; it goes before the config's. */
  readonly port?: number;
  /** A PostgreSQL of one's own in place of the embedded one. May hold a password, so it comes by environment only. */
  readonly databaseUrl?: string;
  readonly json: boolean;
  /** In whose name to ask. */
  readonly as: string;
}

/** What the options depend on beside themselves. */
interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly userName: string;
}

/** Joins the options with the environment and the defaults: what is given goes first, then the environment. */
export function resolveOptions(raw: RawOptions, { env, cwd, userName }: Surroundings): Result<CliOptions> {
  const config = raw.config ?? present(env.PACKTRAIN_CONFIG);
  const port = parsePort(raw.port, env.PACKTRAIN_PORT);
  if (!port.ok) return port;
  const databaseUrl = present(env.DATABASE_URL);
  return ok({
    config: path.resolve(cwd, config ?? 'packtrain.yaml'),
    configGiven: config !== undefined,
    data: path.resolve(cwd, raw.data ?? present(env.PACKTRAIN_DATA) ?? '.packtrain'),
    ...(port.value === undefined ? {} : { port: port.value }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    json: raw.json ?? false,
    as: raw.as ?? userName,
  });
}

// An empty variable is how shells and compose files unset one.
function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function parsePort(option: string | undefined, variable: string | undefined): Result<number | undefined> {
  const value = option ?? present(variable);
  if (value === undefined) return ok(undefined);
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return ok(port);
  const name = option === undefined ? 'PACKTRAIN_PORT' : '--port';
  return refused(refuse('bad-setting', { name, value, wanted: 'a port from 0 to 65535' }));
}
