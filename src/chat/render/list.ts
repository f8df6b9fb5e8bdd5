import type { PackPlan, Plan } from '../../core/plan.js';
import type { Refusal } from '../../core/reason.js';
import type { Repository } from '../../core/repository.js';
import type { LiveView } from '../../deployments/service.js';
import { summarizeDiff } from '../../packs/summarize.js';
import type { RenderContext } from './context.js';
import { type Holders, holderWords } from './holders.js';
import { bold, bullets, clip, code, count, em, listedSome } from './markdown.js';
import { revision } from './names.js';
import { packRefusal, refusalLine } from './refusal.js';

const listedMost = 30;

/** A repository with what is live of it. */
export interface ListedRepository {
  readonly repository: Repository;
  readonly live: readonly LiveView[];
}

/** Who holds packs, and what times are shown with. */
export interface ListHolders extends Holders {
  readonly context: RenderContext;
}

/** The repositories, with the packs of each that are live. */
export function renderRepositories(repositories: readonly ListedRepository[], holders?: ListHolders): string {
  if (repositories.length === 0) return 'There are no repositories in the config.';
  return [
    `${count(repositories.length, 'repository').replace(/repositorys$/u, 'repositories')}:`,
    bullets(
      repositories.map((one) => repositoryLine(one, holders)),
      listedMost,
    ),
  ].join('\n');
}

function repositoryLine({ repository, live }: ListedRepository, holders?: ListHolders): string {
  const kind = repository.subtree === false ? 'one pack' : `packs in ${code(`${repository.subtree}/`)}`;
  const branch = repository.autoDeployment?.branch;
  const auto = branch === undefined ? '' : `, deploys ${em(branch)} by itself`;
  const names = live.map((one) => one.pack);
  const said = names.length === 0 ? 'nothing live' : `live: ${listedSome(names.map(bold), 6)}`;
  const held = live.flatMap((one) => heldPack(one, holders));
  const holds = held.length === 0 ? '' : `; ${listedSome(held, 3)}`;
  return clip(`${bold(repository.name)} (${kind}${auto}): ${said}${holds}`, 600);
}

function heldPack(one: LiveView, holders: ListHolders | undefined): readonly string[] {
  const words = holderOf(one, holders).replace(/^, /u, '');
  return words === '' ? [] : [`${bold(one.pack)} ${words}`];
}

function holderOf(one: LiveView | undefined, holders: ListHolders | undefined): string {
  return one === undefined || holders === undefined ? '' : holderWords(one, holders, holders.context);
}

/** The packs of one repository as its default branch has them, each with how it stands to what is live. */
export function renderRepository(
  name: string,
  plan: Plan,
  live: readonly LiveView[],
  holders?: ListHolders,
): string {
  const at = new Map(live.map((one) => [one.pack, one]));
  const lines = [
    ...plan.packs.map((pack) => ({
      pack: pack.pack,
      line: `${changedLine(pack)}${holderOf(at.get(pack.pack), holders)}`,
    })),
    ...plan.unchanged.map((pack) => ({
      pack,
      line: `${unchangedLine(pack, at.get(pack))}${holderOf(at.get(pack), holders)}`,
    })),
    ...plan.refused.map(({ pack, refusal }) => ({
      pack,
      line: `✗ ${packRefusal(pack, refusalLine(refusal, 160))}`,
    })),
  ].sort((a, b) => a.pack.localeCompare(b.pack));
  const head = `${bold(name)} has ${count(lines.length, 'pack')} at ${revision(plan.revision)}:`;
  return [
    head,
    bullets(
      lines.map(({ line }) => clip(line, 300)),
      listedMost,
    ),
  ].join('\n');
}

function changedLine({ pack, from, diff }: PackPlan): string {
  if (from === undefined) return `${bold(pack)}, not live: ${summarizeDiff(diff)}`;
  return `${bold(pack)}, live at ${revision(from.revision)}; deploying ${summarizeDiff(diff)}`;
}

function unchangedLine(pack: string, live: LiveView | undefined): string {
  return `✓ ${bold(pack)}, live${live === undefined ? '' : ` at ${revision(live.live.revision)}`}`;
}

/** What is live of a repository whose remote could not be looked at, and why. */
export function renderUnreachable(name: string, live: readonly LiveView[], refusal: Refusal): string {
  const lines = live.map((one) => unchangedLine(one.pack, one));
  const known = lines.length === 0 ? [] : [`What is live of ${bold(name)}:`, bullets(lines, listedMost)];
  return [`⚠️ ${refusalLine(refusal, 500)}`, ...known].join('\n');
}
