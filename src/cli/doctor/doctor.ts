import type { Config } from '../../config/config.js';
import { loadConfig } from '../../config/load.js';
import { formatProblem } from '../../config/print.js';
import { readServerFile } from '../server-file.js';
import type { Session } from '../session.js';
import { checkDatabase } from './database.js';
import { bad, type Finding, odd, well } from './finding.js';
import { checkDataDirectory, checkGit, checkNode } from './machine.js';
import { checkRepositories } from './repositories.js';
import { checkTargets } from './targets.js';

/** Looks at everything that Packtrain needs; gives each finding as soon as its group is through. */
export async function* examine(session: Session): AsyncGenerator<Finding> {
  const { context, options } = session;
  yield checkNode(context);
  yield await checkGit(context);
  yield* await checkDataDirectory(options.data);
  yield await checkServer(session);
  yield await checkDatabase(session);
  const config = await loadConfig(options.config);
  if (!config.ok) {
    const problems = config.problems.map(formatProblem).join('\n');
    yield bad('config', problems, 'Mend it: `packtrain config check` shows each place.');
    return;
  }
  yield* await checkConfigured(session, config.config);
}

async function checkConfigured({ context }: Session, config: Config): Promise<readonly Finding[]> {
  const repositories = [...config.repositories.values()];
  const [remotes, targets] = await Promise.all([
    checkRepositories(repositories, context),
    checkTargets([...config.targets.values()], context.parts),
  ]);
  return [well('config', config.file), ...remotes, ...targets];
}

async function checkServer({ options, context }: Session): Promise<Finding> {
  const name = 'server';
  const server = await readServerFile(options.data);
  if (!server.ok) return well(name, 'not running');
  const { url, pid } = server.value;
  const answer = await context.fetch(`${url}/healthz`).catch(() => undefined);
  if (answer?.ok === true) return well(name, `running at ${url} (process ${pid})`);
  const next = 'If it is starting, wait a moment; else stop it and look at its log.';
  return odd(name, `Process ${pid} should serve at ${url}, but does not answer.`, next);
}
