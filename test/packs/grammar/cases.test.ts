import { describe, expect, test } from 'vitest';
import { refuse } from '../../../src/core/reason.js';
import { compileFormat } from '../../../src/packs/grammar/format.js';
import {
  type Match,
  matchFormat,
  matchFormatEverywhere,
  type Params,
} from '../../../src/packs/grammar/match.js';
import { cases, casesEverywhere, type GrammarCase, type Invalid } from './cases.js';

/** What a parse came to, in the shape of the cases' expectations. */
function parse(format: string, message: string): Params | string | Invalid {
  const compiled = compileFormat(format);
  if (!compiled.ok) {
    const { refusal } = compiled;
    return refusal.code === 'format-invalid' ? { problem: refusal.params.problem } : refusal.code;
  }
  const match: Match<Params> = matchFormat(compiled.value, message);
  return match.ok ? match.params : match.why;
}

describe.each(Object.entries(cases))('%s', (_, rows) => {
  test.each(rows.map((row): GrammarCase => row))('%j takes %j', (format, message, expected) => {
    expect(parse(format, message)).toEqual(expected);
  });
});

test.each(casesEverywhere)('%j is found everywhere in %j', (format, message, expected) => {
  const compiled = compileFormat(format);
  expect(compiled.ok && matchFormatEverywhere(compiled.value, message)).toEqual({
    ok: true,
    params: expected,
  });
});

test('a key like __proto__ is a key like any other', () => {
  const compiled = compileFormat('greet {{ who }}');
  const match = compiled.ok ? matchFormat(compiled.value, 'greet bob __proto__=x') : undefined;
  const params = match?.ok ? match.params : {};
  expect(Object.keys(params)).toEqual(['who', '__proto__']);
  expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
});

test('a compiled format lists its parameters in order, with their defaults', () => {
  const compiled = compileFormat('pack deploy {{repo_name}}( of (?P<kind>\\w+))? {{ branch = "my branch" }}');
  expect(compiled.ok && compiled.value.params).toEqual([
    { name: 'repo_name' },
    { name: 'kind' },
    { name: 'branch', default: 'my branch' },
  ]);
});

test('a default that runs over lines is refused, as it would never be filled in', () => {
  const format = 'say {{ text = one\ntwo }}';
  expect(compileFormat(format)).toEqual({
    ok: false,
    refusal: refuse('format-invalid', { format, problem: 'the default of text does not end on its line' }),
  });
});

test('a mismatch says which message and which format it was', () => {
  const compiled = compileFormat('greet {{ who }}');
  expect(compiled.ok && matchFormat(compiled.value, 'wave')).toEqual({
    ok: false,
    why: 'no-match',
    detail: 'Command "wave" doesn\'t match format string "greet {{ who }}"',
  });
});
