import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { builtInPhrases, choosePhrase, normalizePhrase } from '../../src/core/phrases.js';

describe('the built-in phrases', () => {
  it('are about sixty, the one of the story among them', () => {
    expect(builtInPhrases.length).toBeGreaterThanOrEqual(60);
    expect(builtInPhrases).toContain('alas! ear wax!');
  });

  it('are short, speakable, and need no key that a keyboard lacks', () => {
    for (const phrase of builtInPhrases) {
      expect(phrase, phrase).toMatch(/^[\p{L} !-]{8,34}$/u);
      expect(phrase, phrase).not.toMatch(/[*_`~[\]]/);
    }
  });

  it('cannot be mistaken for each other, not even with three slips of the finger', () => {
    for (const [i, one] of builtInPhrases.entries())
      for (const other of builtInPhrases.slice(i + 1)) {
        const far = distance(normalizePhrase(one), normalizePhrase(other));
        expect(far, `${one} / ${other}`).toBeGreaterThan(3);
      }
  });
});

describe('choosing a phrase', () => {
  const pick = (below: number) => Math.floor(below / 2);

  it('gives one that is not open in the channel, however many are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1, maxLength: 90 }),
        fc.option(fc.constant(['one fish', 'two fish', '!!!']), { nil: undefined }),
        (picks, own) => {
          const open = new Set<string>();
          const normal = new Set<string>();
          for (const n of picks) {
            const more = own === undefined ? {} : { own };
            const phrase = choosePhrase({ open, pick: (below) => (below === 0 ? 0 : n % below), ...more });
            expect(normal.has(normalizePhrase(phrase))).toBe(false);
            expect(normalizePhrase(phrase)).not.toBe('');
            open.add(phrase);
            normal.add(normalizePhrase(phrase));
          }
        },
      ),
    );
  });

  it('takes those of the config if there are any', () => {
    expect(choosePhrase({ open: new Set(), own: ['make it so'], pick })).toBe('make it so');
    expect(choosePhrase({ open: new Set(['MAKE IT SO!']), own: ['make it so'], pick })).toBe('make it so 2');
    expect(builtInPhrases).toContain(choosePhrase({ open: new Set(), own: [], pick }));
  });
});
