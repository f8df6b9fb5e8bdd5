import type { AliasFormat } from '../../core/content.js';
import type { DeployIntent, PackSelection } from '../../core/intent.js';
import { packName } from '../../core/pack-names.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { repositoryNamed } from '../../deployments/lookup.js';
import type { Asking, CommandParam, Values } from './command.js';
import { readTime } from './time-words.js';

/** The formats of `deploy` and `diff`: both forms, each with its parts left out. */
export function deployFormats(words: string): readonly AliasFormat[] {
  return [
    {
      display: `${words} {{repo_name}} {{packs=changed}} {{branch=default}}`,
      representation: [
        `${words} {{repo_name}} {{packs}} {{branch}}`,
        `${words} {{repo_name}} {{packs}}`,
        `${words} {{repo_name}}`,
      ],
    },
    {
      display: `${words} {{repo_name}} packs {{packs=changed}} branch {{branch=default}}`,
      representation: [
        `${words} {{repo_name}} packs {{packs}} branch {{branch}}`,
        `${words} {{repo_name}} branch {{branch}} packs {{packs}}`,
        `${words} {{repo_name}} packs {{packs}}`,
        `${words} {{repo_name}} branch {{branch}}`,
        `${words} {{repo_name}} packs {{packs}} {{branch}}`,
        `${words} {{repo_name}} {{packs}} branch {{branch}}`,
      ],
    },
  ];
}

/** The formats with which `deploy` also says for how long a branch is borrowed. */
export function borrowFormats(words: string): readonly AliasFormat[] {
  const representation = deployFormats(words).flatMap((format) => format.representation);
  return [
    {
      display: `${words} {{repo_name}} {{packs=changed}} {{branch=default}} for {{for=1h}}`,
      representation: representation.map((format) => `${format} for {{for}}`),
    },
  ];
}

/** The formats with which `deploy` also says why CI's checks don't matter this time. */
export function ignoringFormats(words: string): readonly AliasFormat[] {
  const formats = [...borrowFormats(words), ...deployFormats(words)];
  return [
    {
      display: `${words} {{repo_name}} {{packs=changed}} {{branch=default}} ignoring checks because {{because}}`,
      representation: formats
        .flatMap((format) => format.representation)
        .map((format) => `${format} ignoring checks because {{because}}`),
    },
  ];
}

/** The parameters of `deploy` and `diff`. */
export const deployParams: readonly CommandParam[] = [
  { name: 'repo_name', label: 'the repository', isRequired: true, isFoundOut: true },
  { name: 'packs', label: 'the packs', keyword: 'packs' },
  { name: 'branch', label: 'the branch', keyword: 'branch' },
];

const longestReason = 300;

/** The intent of a line of `deploy` or `diff`; the planner fills in the branch where none is named. */
export async function readDeploy(values: Values, asking: Asking): Promise<Result<DeployIntent>> {
  const adopt = readOption('adopt', values.adopt);
  if (!adopt.ok) return adopt;
  const overwrite = readOption('overwrite', values.overwrite);
  if (!overwrite.ok) return overwrite;
  const time = readTime(values.for);
  if (!time.ok) return time;
  const { because } = values;
  if (because !== undefined && because.length > longestReason)
    return refused(refuse('reason-too-long', { most: longestReason }));
  const words = await placed(values, asking);
  const repository = words.repo_name ?? (await foundRepository(words, asking));
  if (repository === undefined) return unclear(words, asking);
  return ok({
    kind: 'deploy',
    repository,
    packs: selectionOf(words.packs),
    ...(words.branch === undefined ? {} : { ref: words.branch }),
    ...(adopt.value ? { adopt: true } : {}),
    ...(overwrite.value ? { overwrite: true } : {}),
    ...(because === undefined ? {} : { ignoringChecks: because }),
    ...time.value,
  });
}

/** `pack deploy beans main`: where no repository has that name but a live pack does, the pack is meant. */
async function placed(values: Values, asking: Asking): Promise<Values> {
  const { repo_name: name, packs, branch, ...rest } = values;
  if (name === undefined || (packs !== undefined && branch !== undefined)) return values;
  if (repositoryNamed(asking.config, name).ok) return values;
  const live = await asking.deployments.live(packName(name));
  const repositories = new Set(live.map((one) => one.live.repository));
  const [repository] = repositories;
  if (repository === undefined || repositories.size > 1) return values;
  const ref = branch ?? packs;
  return { ...rest, repo_name: repository, packs: name, ...(ref === undefined ? {} : { branch: ref }) };
}

/** The repository of a line that names none: the only one, or the one that all the packs are live from. */
async function foundRepository({ packs }: Values, asking: Asking): Promise<string | undefined> {
  const [first, second] = asking.config.repositories.keys();
  if (second === undefined) return first;
  const selection = selectionOf(packs);
  if (selection.kind !== 'named') return undefined;
  const live = await asking.deployments.live();
  const sources = selection.packs.map((pack) =>
    live.filter((one) => one.pack === packName(pack)).map((one) => one.live.repository),
  );
  const repositories = new Set(sources.flat());
  return repositories.size === 1 && sources.every((one) => one.length > 0) ? [...repositories][0] : undefined;
}

function unclear({ packs }: Values, { config }: Asking): Result<never> {
  const known = [...config.repositories.keys()];
  const example = `${config.chat.prefix}pack deploy ${known[0] ?? 'REPOSITORY'} ${packs ?? ''}`.trim();
  return refused(
    refuse('which-repository', { packs: packs ?? 'the packs', known: known.slice(0, 10), example }),
  );
}

/** Which packs a list of names means. */
export function selectionOf(packs: string | undefined): PackSelection {
  const names = (packs ?? '')
    .split(',')
    .map((name) => name.trim().replace(/^["'`]+|["'`]+$/gu, ''))
    .filter((name) => name !== '');
  if (names.length === 0) return { kind: 'differing' };
  return names.includes('*') ? { kind: 'all' } : { kind: 'named', packs: [...new Set(names)] };
}

/** An option's value as yes or no; absent is no. */
export function readOption(option: string, value: string | undefined): Result<boolean> {
  if (value === undefined || /^(?:false|no|off|0)$/iu.test(value)) return ok(false);
  if (/^(?:true|yes|on|1)$/iu.test(value)) return ok(true);
  return refused(refuse('bad-option', { option, value: value.slice(0, 40) }));
}
