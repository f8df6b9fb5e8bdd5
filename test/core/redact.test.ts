import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.js';

const secret = 'ghx_a/b+c "d"\\e%é';
const redactor = createRedactor([secret]);

describe('a secret that the redactor knows', () => {
  it.each([
    ['as it is', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded in small letters', encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase())],
    ['in a form', new URLSearchParams([['x', secret]]).toString().slice(2)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
  ])('is masked %s', (_, form) => {
    const shown = redactor.text(`said ${form} in passing`);
    expect(shown).toContain('•••');
    expect(shown).not.toContain(form);
    expect(shown).toMatch(/^said .* in passing$/);
  });

  it('is masked in base64 whatever stands before and after it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (before, after) => {
        const text = Buffer.from(`${before}${secret}${after}`).toString('base64');
        const left = Buffer.from(redactor.text(text).replace('•••', ''), 'base64').toString();
        expect(redactor.text(text)).toContain('•••');
        expect(left).not.toContain(secret.slice(2, -2));
      }),
    );
  });

  it('is masked in every string of a value, and nothing else is touched', () => {
    const at = new Date(0);
    const value = { a: [`x ${secret}`, 1, null], at, b: { c: true, d: secret } };
    expect(redactor.json(value)).toEqual({ a: ['x •••', 1, null], at, b: { c: true, d: '•••' } });
  });
});

describe('what the redactor does not know', () => {
  it('passes unchanged', () => {
    const words = fc.stringMatching(/^[a-z ]*$/);
    fc.assert(fc.property(words, (text) => void expect(redactor.text(text)).toBe(text)));
  });

  it('is masked all the same where it is the user of a URL, unless that is only git', () => {
    expect(redactor.text('at https://ann:pw@git.example.com/x')).toBe('at https://•••@git.example.com/x');
    expect(redactor.text('at ssh://git@git.example.com/x')).toBe('at ssh://git@git.example.com/x');
  });

  it('is passed in no time, however long the words', () => {
    const long = 'a.b-'.repeat(100_000);
    const before = performance.now();
    expect(redactor.text(long)).toBe(long);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
