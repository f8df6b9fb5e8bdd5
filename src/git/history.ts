import type { CommitLine } from '../core/plan.js';
import { ok, type Result, refused } from '../core/result.js';
import { type GitContext, runLocal } from './context.js';
import { isDamage, refusalOf } from './failures.js';
import { ObjectMissingError, type Objects } from './objects.js';
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
  /** Whether what merges brought is left out. */
  readonly isFirstParent?: boolean;
}

interface Place {
  readonly repository: string;
  readonly mirror: string;
}

/** The commits of a range, the newest first. */
export async function readLog(
  context: GitContext,
  place: Place,
  { from, to, path, max, isFirstParent }: LogRange,
): Promise<Result<readonly LoggedCommit[]>> {
  const range = from === undefined ? to : `${from}..${to}`;
  const args = [
    'log',
    `--max-count=${max}`,
    ...(isFirstParent ? ['--first-parent'] : []),
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

/**
 * The one commit that a range of at most one begins with, from the running object reader: a process costs ten times as
 * much. Undefined when the range is another, or only git can read the commit.
 */
export async function readSingle(objects: Objects, range: LogRange): Promise<LoggedCommit | undefined> {
  if (range.max !== 1 || range.from !== undefined || range.path !== '') return undefined;
  const commit = await objects.commit(range.to);
  return commit === undefined ? undefined : parseCommit(commit.sha, commit.content);
}

/** Reads a commit object as `git log` shows it; undefined for one in another encoding than UTF-8. */
export function parseCommit(sha: string, content: Buffer): LoggedCommit | undefined {
  const text = content.toString();
  const headEnd = text.indexOf('\n\n');
  const head = headEnd === -1 ? text : text.slice(0, headEnd);
  const [, author, seconds, sign, hours, minutes] =
    /^author (.*?) ?<[^<>\n]*> (\d{1,11}) ([+-])(\d\d)(\d\d)$/m.exec(head) ?? [];
  if (author === undefined || /^encoding /m.test(head)) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  const local = new Date(Number(seconds) * 1000 + offset).toISOString().slice(0, 19);
  const subject = headEnd === -1 ? '' : subjectOf(text.slice(headEnd + 2));
  return { sha, author: author.trim(), at: `${local}${sign}${hours}:${minutes}`, subject };
}

/** A commit with all that its author wrote. */
export interface WholeCommit {
  readonly sha: string;
  readonly author: string;
  /** Without blank lines at its ends. */
  readonly message: string;
}

/** Reads a commit object with its whole message. What is not UTF-8 is read as Latin-1: better odd letters than none. */
export function wholeCommit({
  sha,
  content,
}: {
  readonly sha: string;
  readonly content: Buffer;
}): WholeCommit {
  const isOther = /^encoding /m.test(content.toString('latin1').split('\n\n', 1)[0] ?? '');
  const text = content.toString(isOther ? 'latin1' : 'utf8');
  const headEnd = text.indexOf('\n\n');
  const head = headEnd === -1 ? text : text.slice(0, headEnd);
  const author = /^author (.*?) ?<[^<>\n]*> /m.exec(head)?.[1] ?? '';
  return { sha, author: author.trim(), message: headEnd === -1 ? '' : text.slice(headEnd + 2).trim() };
}

/** The first paragraph in one line. */
function subjectOf(message: string): string {
  const lines = message.split('\n').map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  if (first === -1) return '';
  const blank = lines.indexOf('', first);
  return lines.slice(first, blank === -1 ? undefined : blank).join(' ');
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
