import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CompiledFormat, compileFormat } from '../../../src/packs/grammar/format.js';
import { matchFormat, matchFormatEverywhere } from '../../../src/packs/grammar/match.js';
import { splitPairs } from '../../../src/packs/grammar/pairs.js';

function compiled(format: string): CompiledFormat {
  const result = compileFormat(format);
  if (!result.ok) throw new Error(`${format} is refused`);
  return result.value;
}

const word = fc.stringMatching(/^[a-z][a-z0-9_/.:,-]{0,11}$/);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,7}$/);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
const sentence = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));

/** Parameters with a word in front of each, which no value contains. */
const filled = names.chain((keys) =>
  fc.record({
    keys: fc.constant(keys),
    values: fc.array(sentence, { minLength: keys.length, maxLength: keys.length }),
  }),
);

test('a value said where the format has its parameter comes back', () => {
  fc.assert(
    fc.property(filled, ({ keys, values }) => {
      const format = keys.map((key, at) => `M${at} {{ ${key} }}`).join(' ');
      const message = values.map((value, at) => `M${at} ${value}`).join(' ');
      const params = Object.fromEntries(keys.map((key, at) => [key, values[at]]));
      expect(matchFormat(compiled(format), message)).toEqual({ ok: true, params });
    }),
  );
});

test('a value in quotes comes back without them, whatever stands beside it', () => {
  fc.assert(
    fc.property(sentence, word, fc.constantFrom('"', "'"), (value, other, quote) => {
      const match = matchFormat(compiled('set {{ a }} {{ b }}'), `set ${quote}${value}${quote} ${other}`);
      expect(match).toEqual({ ok: true, params: { a: value, b: other } });
    }),
  );
});

test('a parameter that is left out has its default, and one that is said has not', () => {
  fc.assert(
    fc.property(word, word, fc.boolean(), (standard, said, speaks) => {
      const format = compiled(`go {{ where = ${standard} }}`);
      const match = matchFormat(format, speaks ? `go ${said}` : 'go');
      expect(match).toEqual({ ok: true, params: { where: speaks ? said : standard } });
    }),
  );
});

test('pairs behind a message come back by their keys, and leave the message as it was', () => {
  const quoted = sentence.map((text) => ({ written: `"${text}"`, value: text }));
  const bare = word.map((text) => ({ written: text, value: text }));
  const pairs = fc.uniqueArray(fc.tuple(name, fc.oneof(quoted, bare)), {
    minLength: 1,
    maxLength: 4,
    selector: ([key]) => key,
  });
  fc.assert(
    fc.property(sentence, pairs, (text, written) => {
      const message = `${text} ${written.map(([key, value]) => `${key}=${value.written}`).join(' ')}`;
      expect(splitPairs(message)).toEqual({
        rest: text,
        pairs: written.map(([key, { value }]) => [key, value]),
      });
    }),
  );
});

test('nothing that is said makes a match throw', () => {
  const piece = fc.constantFrom(
    'a',
    '=',
    ' ',
    '"',
    "'",
    '{',
    '}',
    '\n',
    '\\',
    'é',
    '😀',
    'pack',
    '\u00a0',
    '\ud800',
  );
  const formats = ['pack {{ a }} {{ b = c }}', '{{ a = "" }}', '', '^a|b$', '(a)?( {{ x }})?'].map(compiled);
  const message = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(message, fc.constantFrom(...formats), (text, format) => {
      const first = matchFormat(format, text);
      const all = matchFormatEverywhere(format, text);
      expect(first.ok).toBe(all.ok && all.params.length > 0);
    }),
  );
});

test('nothing that is written makes a format throw: it is taken or refused', () => {
  const piece = fc.constantFrom(
    ...'abP?:<>=!()[]{}|*+^$.\\#-,01isxn'.split(''),
    '{{ a }}',
    '{{ b = c }}',
    '(?',
    '(?P<',
    '\n',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const result = compileFormat(pieces.join(''));
      if (result.ok) expect(matchFormat(result.value, 'a').ok).toBeTypeOf('boolean');
      else expect(['format-invalid', 'format-unsupported']).toContain(result.refusal.code);
    }),
    { numRuns: 2_000 },
  );
});
