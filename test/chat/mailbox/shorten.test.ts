import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../../../src/chat/mailbox/shorten.js';

const more = '[all of it](https://bot/said/7)';

describe('a text that is too long', () => {
  it('is left as it is when there is room', () => {
    expect(shorten('*beans* is live', { maxLength: 15 }, more)).toBe('*beans* is live');
  });

  it('is cut between words, and leads to all of it', () => {
    const text = 'The *beans* of ann are live on the default target now, and everybody is glad of it';
    expect(shorten(text, { maxLength: 70 }, more)).toBe(`The *beans* of ann are live on the…\n${more}`);
  });

  it('is cut between lines where lines are few', () => {
    expect(shorten('one\ntwo\nthree\nfour', { maxLength: 400, maxLines: 3 }, more)).toBe(`one\ntwo\n${more}`);
    expect(shorten('one\ntwo', { maxLength: 400, maxLines: 1 }, more)).toBe(`one ${more}`);
  });

  it('keeps code, links, mentions and masks whole', () => {
    const text =
      'see `main@1a2b3c4 and more` [the page](https://bot/deployments/42) [@ann](mention:U1) a•••b end';
    for (let length = more.length + 4; length < text.length; length += 1) {
      const [head = ''] = shorten(text, { maxLength: length }, more).split('\n');
      expect(head.split('`').length % 2).toBe(1);
      expect(head.replace(/\[[^\]]+\]\([^)]+\)/g, '')).not.toMatch(/[[\]()]/);
      if (head.includes('•')) expect(head).toContain('a•••b');
    }
  });

  it('closes a fence that it cuts, between its lines', () => {
    const log = Array.from({ length: 30 }, (_, index) => `line ${index} of the log`).join('\n');
    const cut = shorten(`It failed:\n\`\`\`\n${log}\n\`\`\``, { maxLength: 200 }, more);
    expect(cut.split('```').length).toBe(3);
    expect(cut.endsWith(`\n\`\`\`\n${more}`)).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(200);
  });

  it('cuts within a single piece only where nothing else is left', () => {
    expect(shorten(`\`${'x'.repeat(500)}\``, { maxLength: 60 }, more)).toBe(`${'x'.repeat(26)}…\n${more}`);
  });

  const word = fc.constantFrom(
    'beans',
    'live',
    '`a b`',
    '[x](https://bot/y)',
    '[@ann](mention:U1)',
    '•••',
    'k•••y',
    '*bold name*',
    '_feature/decaf_',
    '🫘🫘',
    'x'.repeat(90),
    '\n',
    '\n```\ncode of somebody\nmore code\n```\n',
  );

  it('has room and nothing cut apart, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }),
        fc.integer({ min: 80, max: 300 }),
        fc.option(fc.integer({ min: 3, max: 12 }), { nil: undefined }),
        (words, maxLength, maxLines) => {
          const text = words.join(' ');
          const room = { maxLength, ...(maxLines === undefined ? {} : { maxLines }) };
          const cut = shorten(text, room, more);
          expect(cut.length).toBeLessThanOrEqual(maxLength);
          if (maxLines !== undefined) expect(cut.split('\n').length).toBeLessThanOrEqual(maxLines);
          if (cut === text) return;
          expect(cut.endsWith(more)).toBe(true);
          const head = cut.slice(0, -more.length);
          expect(head.split('```').length % 2, head).toBe(1);
          const plain = head.replace(/```[\s\S]*?```/g, '');
          expect(plain.split('`').length % 2, head).toBe(1);
          expect(plain.replace(/\[[^\]]+\]\([^)]+\)/g, ''), head).not.toMatch(/[[\]()]/);
          for (const [mask] of plain.matchAll(/•+/g)) expect(mask.length % 3, head).toBe(0);
          expect(Buffer.from(head).toString()).toBe(head);
        },
      ),
      { numRuns: 500 },
    );
  });
});
