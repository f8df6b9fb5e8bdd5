import type { LiveRevision, PackPlan, PackRefusal, Plan } from '../../core/plan.js';
import type { Refusal } from '../../core/reason.js';
import { ok, type Result } from '../../core/result.js';
import { diffContent } from '../../packs/diff.js';
import { notAsFound } from '../adopt/exact.js';
import type { DeploymentDeps } from '../deps.js';
import { holdOf } from '../drift/hold.js';
import { repositoryNamed } from '../lookup.js';
import type { Catalog, PackAt } from './catalog.js';
import type { Commit } from './commit.js';
import type { Contents, PackReading } from './contents.js';
import type { Live } from './live.js';
import { planPack } from './pack-plan.js';
import type { Selected } from './select.js';

/** A plan whose packs have been chosen but not looked into. */
export interface Draft extends Commit {
  readonly live: Live;
  readonly selected: Selected;
  readonly adopt: boolean;
  readonly overwrite?: boolean | undefined;
  readonly asFound?: boolean | undefined;
  /** The words that ask for the same pack again and overwrite. */
  readonly overwriting: (pack: string) => string;
}

/** What looking into packs takes. */
export interface Tools {
  readonly deps: DeploymentDeps;
  readonly catalog: Catalog;
  readonly contents: Contents;
}

/** A plan without what changes in its packs, and what is wrong with them. */
export function outlineOf({ repository, revision, isDefaultBranch, live, selected, adopt }: Draft): Plan {
  const packs = selected.changing.map(({ pack, path, tree }): PackPlan => {
    const from = live.get(pack)?.revision;
    const diff = { ...diffContent(undefined, undefined), pack };
    return { pack, path, tree, ...(from === undefined ? {} : { from }), diff, warnings: [] };
  });
  const { unchanged } = selected;
  const outcome = { packs, unchanged, refused: [], commits: [] };
  return {
    target: repository.target,
    repository: repository.name,
    revision,
    isDefaultBranch,
    ...outcome,
    adopt,
  };
}

/** Looks into each chosen pack and completes the plan. Packs that can't go live are refused, each by itself. */
export async function completePlan(tools: Tools, draft: Draft): Promise<Result<Plan>> {
  const { repository, revision } = draft;
  const newest = { from: undefined, to: revision.sha, path: '', max: 1 };
  const [packs, commits] = await Promise.all([planAll(tools, draft), tools.deps.git.log(repository, newest)]);
  if (!packs.ok) return packs;
  if (!commits.ok) return commits;
  return ok({
    target: repository.target,
    repository: repository.name,
    revision,
    isDefaultBranch: draft.isDefaultBranch,
    packs: packs.value.filter((p): p is PackPlan => !('refusal' in p)),
    refused: packs.value.filter((p): p is PackRefusal => 'refusal' in p),
    unchanged: draft.selected.unchanged,
    commits: commits.value,
    adopt: draft.adopt,
    ...(draft.overwrite === true ? { overwrite: true } : {}),
    ...(draft.asFound === true ? { asFound: true } : {}),
  });
}

async function planAll(tools: Tools, draft: Draft): Promise<Result<(PackPlan | PackRefusal)[]>> {
  const planned: (PackPlan | PackRefusal)[] = [];
  for (const at of draft.selected.changing) {
    const pack = await planOne(tools, draft, at);
    if (!pack.ok) return pack;
    planned.push(pack.value);
  }
  return ok(planned);
}

async function planOne(tools: Tools, draft: Draft, at: PackAt): Promise<Result<PackPlan | PackRefusal>> {
  const from = draft.live.get(at.pack)?.revision;
  const { repository, revision } = draft;
  const [before, read, hold] = await Promise.all([
    from === undefined ? undefined : readLive(tools, from, at),
    tools.contents.read({ repository, sha: revision.sha, ...at }),
    holdOf(tools, {
      ...{ target: repository.target, pack: at.pack, from, command: draft.overwriting(at.pack) },
      overwrite: draft.overwrite === true,
      looked: draft.live.get(at.pack)?.looked,
    }),
  ]);
  if (!read.ok) return read;
  if (!hold.ok) return hold;
  const canRun = tools.deps.targetNamed(repository.target)?.tryOut !== undefined;
  const isThere = draft.asFound === true;
  const planned = planPack(read.value, { repository, at, from, before, canRun, isThere });
  const { refusal, warnings } = hold.value;
  if ('refusal' in planned) return ok(planned);
  if (refusal !== undefined) return ok({ pack: at.pack, refusal });
  const other = await notThere(tools, draft, at);
  if (!other.ok) return other;
  if (other.value !== undefined) return ok({ pack: at.pack, refusal: other.value });
  return ok({ ...planned, warnings: [...planned.warnings, ...warnings] });
}

/** Why what is to be taken over as it is found is not this commit any more. */
async function notThere(
  { deps, contents }: Tools,
  { asFound, repository, revision }: Draft,
  at: PackAt,
): Promise<Result<Refusal | undefined>> {
  const target = deps.targetNamed(repository.target);
  if (asFound !== true || target === undefined) return ok(undefined);
  const read = await contents.read({ ...at, repository, sha: revision.sha });
  return read.ok ? await notAsFound(target, at.pack, read.value.files) : read;
}

/** What is live, as its commit has it; undefined when that can't be read any more: then the diff shows all as new. */
export async function readLive(
  tools: Tools,
  live: LiveRevision,
  at: Pick<PackAt, 'path'>,
): Promise<PackReading | undefined> {
  const repository = repositoryNamed(tools.deps.config(), live.repository);
  if (!repository.ok) return undefined;
  const { revision, tree } = live;
  const place = { repository: repository.value, sha: revision.sha, path: at.path, tree };
  const read = await tools.contents.read(place);
  return read.ok ? read.value : undefined;
}
