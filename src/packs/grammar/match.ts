import { within } from './deadline.js';
import type { CompiledFormat } from './format.js';
import { splitPairs } from './pairs.js';
import { spaceSet } from './python-re/classes.js';
import { lengthOf } from './python-re/problem.js';

/** Parameters by name: always text, and null where a group of the format took no part. */
export type Params = Readonly<Record<string, string | null>>;

/**
 * Why a message gave no parameters. no-match: it is not of this format. no-value: it is empty, and nothing has a
 * default. too-long, too-slow: it was not tried, or not to the end (see {@link MatchLimits}).
 */
export type MismatchReason = 'no-match' | 'no-value' | 'too-long' | 'too-slow';

/** A message that gave no parameters; `detail` is a sentence for logs. */
export interface Mismatch {
  readonly ok: false;
  readonly why: MismatchReason;
  readonly detail: string;
}

/** What a message gave. */
export type Match<T> = { readonly ok: true; readonly params: T } | Mismatch;

/** How much a message may cost. */
export interface MatchLimits {
  /** The longest message that is tried, in code points; 4,000 unless told. */
  readonly maxLength?: number;
  /** How long one message may be tried against one format, in milliseconds; 500 unless told. */
  readonly maxMs?: number;
}

const blank = new RegExp(`^${spaceSet}*$`, 'v');

function mismatch(why: MismatchReason, detail: string): Mismatch {
  return { ok: false, why, detail };
}

function noMatch(compiled: CompiledFormat, message: string): Mismatch {
  return mismatch('no-match', `Command "${message}" doesn't match format string "${compiled.format}"`);
}

/** The values of one match: those of the format, else their defaults, and over them the trailing pairs. */
function paramsOf(
  compiled: CompiledFormat,
  found: RegExpExecArray,
  pairs: readonly (readonly [string, string])[],
): Params {
  const values = compiled.params.map((param) => {
    const value = found[compiled.pattern.names.get(param.name) ?? 0] ?? null;
    const kept = param.default === undefined ? value : value || param.default;
    return [param.name, kept] as const;
  });
  // Defined one by one, so that a key such as __proto__ is a key like any other.
  return Object.fromEntries(new Map([...values, ...pairs]));
}

function isEmpty(compiled: CompiledFormat, rest: string, all: readonly Params[]): boolean {
  if (compiled.format === '' || !blank.test(rest)) return false;
  return all.some((params) => Object.values(params).every((value) => value === null || value === ''));
}

/** All matches of a pattern in a text, or only the first. */
function find(regexp: RegExp, text: string, all: boolean): readonly RegExpExecArray[] {
  // The search would go on where the last one ended.
  regexp.lastIndex = 0;
  if (all) return [...text.matchAll(regexp)];
  const found = regexp.exec(text);
  return found === null ? [] : [found];
}

interface Attempt extends MatchLimits {
  readonly compiled: CompiledFormat;
  readonly message: string;
  readonly all: boolean;
}

function attempt({
  compiled,
  message,
  all,
  maxLength = 4_000,
  maxMs = 500,
}: Attempt): Match<readonly Params[]> {
  if (lengthOf(message) > maxLength) {
    return mismatch('too-long', `The message is longer than ${maxLength} characters.`);
  }
  const { rest, pairs } = splitPairs(message);
  const found = within(maxMs, () => find(compiled.pattern.regexp, ` ${rest} `, all));
  if (found === undefined) return mismatch('too-slow', `The message took longer than ${maxMs} ms to match.`);
  const params = found.map((one) => paramsOf(compiled, one, pairs));
  if (isEmpty(compiled, rest, params)) {
    return mismatch('no-value', 'No value supplied and no default value found.');
  }
  return { ok: true, params };
}

/** Takes the parameters out of a message that is as a whole of this format. Never throws. */
export function matchFormat(
  compiled: CompiledFormat,
  message: string,
  limits: MatchLimits = {},
): Match<Params> {
  const found = attempt({ ...limits, compiled, message, all: false });
  if (!found.ok) return found;
  const [params] = found.params;
  return params === undefined ? noMatch(compiled, message) : { ok: true, params };
}

/**
 * Takes the parameters out of every place of a message that is of this format, for formats that are meant to be found
 * within talk (`match_multiple`). No place at all is an empty list. Never throws.
 */
export function matchFormatEverywhere(
  compiled: CompiledFormat,
  message: string,
  limits: MatchLimits = {},
): Match<readonly Params[]> {
  return attempt({ ...limits, compiled, message, all: true });
}
