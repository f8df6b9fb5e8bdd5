import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { lengthOf, type PatternProblem } from './python-re/problem.js';
import { anchorsOf, type TranslatedPattern, translate } from './python-re/translate.js';
import { type DefaultValue, expandFormat } from './template.js';

/** A parameter of a format. */
export interface FormatParam {
  readonly name: string;
  /** What it is when it was left out; undefined where it has no default. */
  readonly default?: string;
}

/** A format made ready for messages. */
export interface CompiledFormat {
  /** The format as it was written. */
  readonly format: string;
  /** Its parameters, in the order in which they stand. */
  readonly params: readonly FormatParam[];
  /** The whole pattern, for `match.ts`. */
  readonly pattern: TranslatedPattern;
}

/** Formats longer than this, in code points, are refused. */
export const longestFormat = 2_000;

function problemRefusal(format: string, problem: PatternProblem): Result<never> {
  if (problem.kind === 'invalid')
    return refused(refuse('format-invalid', { format, problem: problem.message }));
  return refused(refuse('format-unsupported', { format, construct: problem.message }));
}

function paramsOf(pattern: TranslatedPattern, defaults: readonly DefaultValue[]): readonly FormatParam[] {
  const values = new Map(defaults.map(({ name, value }) => [name, value]));
  return [...pattern.names.keys()].map((name) => {
    const value = values.get(name);
    return value === undefined ? { name } : { name, default: value };
  });
}

/** Anchors the ends of a pattern that no anchor of its own holds. */
function anchored(pattern: string, anchors: { readonly start: boolean; readonly end: boolean }): string {
  return `${anchors.start ? '' : '^\\s*'}${pattern}${anchors.end ? '' : '\\s*$'}`;
}

/**
 * Makes an action-alias format ready: text with `{{ parameter }}` and `{{ parameter = default }}`, and everything
 * else raw pattern text in the syntax of Python's `re`. Refuses with `format-invalid`, with the message that Python
 * has for it, and with `format-unsupported` for the few constructs that cannot be translated.
 */
export function compileFormat(format: string): Result<CompiledFormat> {
  if (lengthOf(format) > longestFormat) {
    const problem = `it is longer than ${longestFormat} characters`;
    return refused(refuse('format-invalid', { format: `${format.slice(0, 40)}…`, problem }));
  }
  const { pattern: text, defaults } = expandFormat(format);
  const anchors = anchorsOf(text);
  if (!anchors.ok) return problemRefusal(format, anchors.problem);
  const pattern = translate(anchored(text, anchors.value));
  if (!pattern.ok) return problemRefusal(format, pattern.problem);
  const lost = defaults.find(({ name }) => !pattern.value.names.has(name));
  if (lost !== undefined) {
    const problem = `the default of ${lost.name} does not end on its line`;
    return refused(refuse('format-invalid', { format, problem }));
  }
  return ok({ format, params: paramsOf(pattern.value, defaults), pattern: pattern.value });
}
