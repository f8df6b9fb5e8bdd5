import { distance } from 'fastest-levenshtein';
import { refuse } from '../core/reason.js';
import type { Revision } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { branchesOf, tagsOf } from './default-branch.js';
import { ObjectMissingError, type Objects } from './objects.js';
import { isRefName, type Refs } from './refs.js';

/** Where names are looked up. */
export interface RefSource {
  readonly repository: string;
  readonly objects: Objects;
  readonly refs: () => Refs;
  /** The default branch, for `HEAD`. */
  readonly head: () => string | undefined;
}

interface Candidate {
  /** What the object reader is asked. */
  readonly full: string;
  /** The name that the revision bears. */
  readonly ref: string;
}

const hex = /^[0-9a-f]{7,40}$/i;

/**
 * Finds the commit of a branch, else a tag, else a SHA of at least 7 digits; annotated tags lead to their commits.
 * `refs/heads/…`, `refs/tags/…` and `HEAD` (the default branch) are taken too.
 */
export async function resolveRef(source: RefSource, name: string): Promise<Result<Revision>> {
  const ref = name === 'HEAD' ? (source.head() ?? name) : name;
  if (!isRefName(ref)) return refused(refuse('invalid-ref', { ref: name }));
  const candidates = candidatesFor(ref);
  const commits = await Promise.all(candidates.map(({ full }) => source.objects.commit(full)));
  const at = commits.findIndex((commit) => commit !== undefined);
  const [candidate, commit] = [candidates[at], commits[at]];
  if (candidate === undefined || commit === undefined) return notFound(source, ref);
  return ok({ ref: isSha(candidate) ? commit.sha : candidate.ref, sha: commit.sha });
}

function candidatesFor(ref: string): Candidate[] {
  const [, kind, rest] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (kind !== undefined && rest !== undefined) return [{ full: ref, ref: rest }];
  const named = [`refs/heads/${ref}`, `refs/tags/${ref}`].map((full) => ({ full, ref }));
  return hex.test(ref) ? [...named, { full: ref.toLowerCase(), ref: ref.toLowerCase() }] : named;
}

function isSha({ full }: Candidate): boolean {
  return !full.startsWith('refs/');
}

async function notFound(source: RefSource, ref: string): Promise<Result<Revision>> {
  const { repository } = source;
  if (hex.test(ref) && (await source.objects.isAmbiguous(ref)))
    return refused(refuse('ambiguous-commit', { repository, ref }));
  const refs = source.refs();
  for (const full of [ref, `refs/heads/${ref}`])
    if (refs.has(full)) throw new ObjectMissingError(`the commit of ${full} is missing`);
  const near = nearNames(ref, [...branchesOf(refs), ...tagsOf(refs)]);
  return refused(refuse('unknown-ref', { repository, ref, near }));
}

/** The most names that are offered instead. */
const maxNear = 3;

/** The names that somebody may have meant, the likeliest first. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const lower = wanted.toLowerCase();
  const scored = [...new Set(names)].map((name) => ({ name, score: strangeness(lower, name.toLowerCase()) }));
  const tolerated = Math.max(2, Math.ceil(lower.length / 3));
  return scored
    .filter(({ score }) => score <= tolerated)
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, maxNear)
    .map(({ name }) => name);
}

/** 0: the same but for upper case; 1: one is a part of the other; else the number of letters to change. */
function strangeness(wanted: string, name: string): number {
  if (wanted === name) return 0;
  const isPart = wanted.length >= 3 && (name.includes(wanted) || (name.length >= 3 && wanted.includes(name)));
  return isPart ? 1 : distance(wanted, name);
}
