import { expect, test } from 'vitest';
import { within } from '../../../src/packs/grammar/deadline.js';
import { type CompiledFormat, compileFormat, longestFormat } from '../../../src/packs/grammar/format.js';
import { matchFormat } from '../../../src/packs/grammar/match.js';
import { splitPairs } from '../../../src/packs/grammar/pairs.js';

function compiled(format: string): CompiledFormat {
  const result = compileFormat(format);
  if (!result.ok) throw new Error(`${format} is refused`);
  return result.value;
}

test('a message that is too long is not tried', () => {
  const format = compiled('say {{ text }}');
  const text = '😀'.repeat(16);
  expect(matchFormat(format, `say ${text}`, { maxLength: 20 })).toEqual({ ok: true, params: { text } });
  expect(matchFormat(format, `say ${text}!`, { maxLength: 20 })).toMatchObject({
    ok: false,
    why: 'too-long',
  });
});

test('a format with exponentially many ways to match gives up in time, and the next message is served', () => {
  const format = compiled('(a+)+b');
  const began = performance.now();
  expect(matchFormat(format, 'a'.repeat(40), { maxMs: 50 })).toMatchObject({ ok: false, why: 'too-slow' });
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(matchFormat(format, 'aab')).toEqual({ ok: true, params: {} });
});

test('what is thrown within the time limit is thrown on', () => {
  expect(() =>
    within(1_000, () => {
      throw new RangeError('too far');
    }),
  ).toThrow(new RangeError('too far'));
});

test('pairs that can be cut in many ways are cut quickly', () => {
  const message = `${'a=b=c=d '.repeat(500)}end`;
  expect(splitPairs(message)).toEqual({ rest: message, pairs: [] });
  expect(splitPairs(`x ${'a="b" '.repeat(600)}`).pairs.length).toBe(600);
  expect(splitPairs('a="'.repeat(1_300)).rest).toBe('');
});

test('a format that is too long, too deep or too large is refused', () => {
  expect(compileFormat('x'.repeat(longestFormat + 1))).toMatchObject({
    ok: false,
    refusal: { code: 'format-invalid' },
  });
  const deep = `${'('.repeat(900)}x${')'.repeat(900)}`;
  expect(compileFormat(deep)).toMatchObject({ ok: false, refusal: { code: 'format-unsupported' } });
});
