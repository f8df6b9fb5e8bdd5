import { tmpdir } from 'node:os';
import { loadConfig } from '../../config/load.js';
import { formatProblem } from '../../config/print.js';
import { createGit, type Git } from '../../git/git.js';
import { configChecks } from '../config-checks.js';
import { configInUse } from '../config-in-use.js';
import { readServerFile } from '../server-file.js';
import type { Session } from '../session.js';
import { checkChats } from './chats.js';
import { checkDatabase } from './database.js';
import { bad, type Finding, odd, well } from './finding.js';
import { checkHosts } from './hosts.js';
import { checkKeys } from './keys.js';
import { checkDataDirectory, checkGit, checkNode } from './machine.js';
import { checkRepositories } from './repositories.js';
import { checkRights } from './rights.js';
import { checkTargets } from './targets.js';

/** How long a remote may take to answer, in milliseconds. */
const fetchMs = 30_000;

/** Looks at everything that Packtrain needs; gives each finding as soon as its group is through. */
export async function* examine(session: Session): AsyncGenerator<Finding> {
  const { context, options } = session;
  const { env, redactor } = context;
  // Not the data directory, for looking should make nothing.
  const git = createGit({ dataDir: tmpdir(), redactor, env: (name) => env[name], limits: { fetchMs } });
  try {
    yield checkNode(context);
    yield await checkGit(git);
    yield* await checkDataDirectory(options.data);
    yield await checkServer(session);
    const { finding, owner } = await checkDatabase(session);
    yield finding;
    yield* await checkConfigured(session, git, owner);
  } finally {
    await git.close();
  }
}

async function checkConfigured(
  session: Session,
  git: Git,
  owner: string | undefined,
): Promise<readonly Finding[]> {
  const lookUp = (variable: string) => session.context.env[variable];
  const loaded = await loadConfig(configInUse(session), await configChecks(lookUp));
  if (!loaded.ok) {
    const problems = loaded.problems.map(formatProblem).join('\n');
    return [bad('config', problems, 'Mend it: `packtrain config check` shows each place.')];
  }
  const { file, repositories, targets, hosts, api } = loaded.config;
  const { parts, redactor } = session.context;
  const [ofRemotes, ofTargets, ofHosts, ofRights, ...others] = await Promise.all([
    checkRepositories([...repositories.values()], git),
    checkTargets([...targets.values()], parts, owner),
    checkHosts([...hosts.values()], lookUp),
    checkRights({ repositories, hosts }, parts, lookUp),
    checkKeys([...api.keys.values()], lookUp),
    checkChats(loaded.config, { parts, lookUp, redactor }),
  ]);
  return [well('config', file), ...ofRemotes, ...ofTargets, ...ofHosts, ...ofRights, ...others.flat()];
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
