import type { Config } from '../config/config.js';
import type { Repository } from '../core/repository.js';

/** What a config says, as far as one wants to see at a glance. Holds no secret. */
export interface ConfigSummary {
  readonly file: string;
  readonly repositories: readonly RepositorySummary[];
  readonly targets: readonly { readonly name: string; readonly kind: string; readonly path: string }[];
  readonly rules: number;
  readonly admins: readonly string[];
  readonly rooms: readonly string[];
  /** The keys of the HTTP API by their names, without their values. */
  readonly keys: readonly {
    readonly name: string;
    readonly may: string;
    readonly actsFor: readonly string[];
  }[];
}

interface RepositorySummary {
  readonly name: string;
  readonly url: string;
  /** The folder of the packs; false when the repository is one pack. */
  readonly subtree: string | false;
  readonly target: string;
  readonly autoDeployment?: string;
  readonly credentials: 'token' | 'ssh key' | 'none';
}

/** Sums a config up. */
export function summarize(config: Config): ConfigSummary {
  return {
    file: config.file,
    repositories: [...config.repositories.values()].map(summarizeRepository),
    targets: [...config.targets.values()].map(({ name, kind, path }) => ({ name, kind, path })),
    rules: config.access.rules.length,
    admins: config.access.admins,
    rooms: config.chat.web.channels,
    keys: [...config.api.keys.values()].map(({ name, may, actsFor }) => ({
      name,
      may,
      actsFor: [actsFor].flat(),
    })),
  };
}

function summarizeRepository(repository: Repository): RepositorySummary {
  const { name, url, subtree, target, autoDeployment, credentials } = repository;
  const branch = autoDeployment?.branch;
  return {
    name,
    url,
    subtree,
    target,
    ...(branch === undefined ? {} : { autoDeployment: branch }),
    credentials: credentials?.token ? 'token' : credentials?.sshKeyFile ? 'ssh key' : 'none',
  };
}

/** The summary in lines for people. */
export function summaryLines(summary: ConfigSummary): string[] {
  const { file, repositories, targets, rules, admins, rooms, keys } = summary;
  return [
    `${file} is sound.`,
    ...repositories.map(repositoryLine),
    ...targets.map(({ name, kind, path }) => `target ${name}: ${kind} ${path}`),
    `rooms: ${rooms.join(', ')}`,
    ...keys.map(keyLine),
    `access: ${accessLine(rules, admins)}`,
  ];
}

function keyLine({ name, may, actsFor }: ConfigSummary['keys'][number]): string {
  const whom = actsFor.length === 0 ? '' : `, for ${actsFor.join(', ')}`;
  return `API key ${name}: may ${may}${whom}`;
}

function repositoryLine({
  name,
  url,
  subtree,
  target,
  autoDeployment,
  credentials,
}: RepositorySummary): string {
  const holds = subtree === false ? 'one pack' : `packs under ${subtree}/`;
  const deploys = autoDeployment === undefined ? '' : `, deploys ${autoDeployment} by itself`;
  const proof = credentials === 'none' ? '' : `, with a ${credentials}`;
  return `repository ${name}: ${url}, ${holds}, to ${target}${deploys}${proof}`;
}

function accessLine(rules: number, admins: readonly string[]): string {
  const who = admins.length === 0 ? 'no admins' : `admins ${admins.join(', ')}`;
  if (rules === 0) return `no rules, so everybody in a configured chat may deploy; ${who}`;
  return `${rules} ${rules === 1 ? 'rule' : 'rules'}; ${who}`;
}
