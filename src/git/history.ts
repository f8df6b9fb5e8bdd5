import type { CommitLine } from '../core/plan.js';
import { ok, type Result, refused } from '../core/result.js';
import { type GitContext, runLocal } from './context.js';
import { isDamage, refusalOf } from './failures.js';
import { ObjectMissingError } from './objects.js';
import type { GitEnd } from './run.js';

/** A commit in a log. */
export interface LoggedCommit extends CommitLine {
  /** When its author made it, in ISO 8601. */
  readonly at: string;
}

/** Which commits a log has. */
export interface LogRange {
  /** Its own commits and those before are left out; undefined: nothing is left out. */
  readonly from: string | undefined;
  readonly to: string;
  /** Only commits that touch this folder; empty: all. */
  readonly path: string;
  /** The most commits. */
  readonly max: number;
}

interface Place {
  readonly repository: string;
  readonly mirror: string;
}

/** The commits of a range, the newest first. */
export async function readLog(
  context: GitContext,
  place: Place,
  { from, to, path, max }: LogRange,
): Promise<Result<readonly LoggedCommit[]>> {
  const range = from === undefined ? to : `${from}..${to}`;
  const args = [
    'log',
    `--max-count=${max}`,
    '--format=%H%x1f%an%x1f%aI%x1f%s',
    '--end-of-options',
    range,
    '--',
  ];
  // A path that begins with a colon would be a pattern.
  const paths = path === '' ? [] : [`:(top,literal)${path}`];
  const end = await runLocal(context, { folder: place.mirror, args: [...args, ...paths] });
  if (end.code !== 0) return failed(context, place, { command: 'log', end });
  const lines = end.stdout.split('\n').filter((line) => line !== '');
  return ok(
    lines.map((line) => {
      const [sha = '', author = '', at = '', ...subject] = line.split('\x1f');
      return { sha, author, at, subject: subject.join('\x1f') };
    }),
  );
}

/** Whether one commit is the other, or comes before it. */
export async function readAncestry(
  context: GitContext,
  place: Place,
  { ancestor, descendant }: { readonly ancestor: string; readonly descendant: string },
): Promise<Result<boolean>> {
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  const end = await runLocal(context, { folder: place.mirror, args });
  return end.code === 0 || end.code === 1
    ? ok(end.code === 0)
    : failed(context, place, { command: 'merge-base', end });
}

function failed(
  context: GitContext,
  { repository }: Place,
  { command, end }: { readonly command: string; readonly end: GitEnd },
): Result<never> {
  if (isDamage(end.stderr)) throw new ObjectMissingError(end.stderr.trim());
  return refused(refusalOf({ repository, command, end, redactor: context.redactor }));
}
