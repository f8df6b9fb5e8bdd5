import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/cli/markdown.js';
import { ansiStyle, plainStyle } from '../../src/cli/style.js';
import { cancelIntent, deployIntent, rollbackIntent } from '../../src/cli/words.js';
import { sentence } from '../../src/core/reason.js';

const named = (...packs: string[]) => ({ kind: 'named', packs });
const differing = { kind: 'differing' };
const all = { kind: 'all' };

describe('the words of deploy', () => {
  it.each([
    ['R', { packs: differing }],
    ['R beans', { packs: named('beans') }],
    ['R beans main', { packs: named('beans'), ref: 'main' }],
    ['R beans,ears feature/x', { packs: named('beans', 'ears'), ref: 'feature/x' }],
    ['R beans, ears main', { packs: named('beans', 'ears'), ref: 'main' }],
    ['R beans , ears,weather main', { packs: named('beans', 'ears', 'weather'), ref: 'main' }],
    ['R beans,beans', { packs: named('beans') }],
    ['R * main', { packs: all, ref: 'main' }],
    ['R packs beans branch main', { packs: named('beans'), ref: 'main' }],
    ['R packs beans, ears', { packs: named('beans', 'ears') }],
    ['R branch main', { packs: differing, ref: 'main' }],
    ['R branch main packs *', { packs: all, ref: 'main' }],
    ['R branch main beans', { packs: named('beans'), ref: 'main' }],
    ['R packs beans main', { packs: named('beans'), ref: 'main' }],
    ['R beans branch main', { packs: named('beans'), ref: 'main' }],
    ['R beans feature/x for 2h', { packs: named('beans'), ref: 'feature/x', forMs: 7_200_000 }],
    ['R packs beans branch main for 1h30m', { packs: named('beans'), ref: 'main', forMs: 5_400_000 }],
    ['R for 30m', { packs: differing, forMs: 1_800_000 }],
    ['R beans branch=odd', { packs: named('beans'), ref: 'branch=odd' }],
  ])('%s', (words, intent) => {
    const result = deployIntent(words.split(' '));

    expect(result).toEqual({ ok: true, value: { kind: 'deploy', repository: 'R', ...intent } });
  });

  it('mean every pack with --all, and then name only a branch', () => {
    expect(deployIntent(['R'], { all: true })).toMatchObject({ value: { packs: all } });
    expect(deployIntent(['R', 'main'], { all: true })).toMatchObject({ value: { packs: all, ref: 'main' } });
    expect(deployIntent(['R', 'beans', 'main'], { all: true }).ok).toBe(false);
  });

  it('carry what is forced', () => {
    expect(deployIntent(['R'], { adopt: true })).toMatchObject({ value: { adopt: true } });
  });

  it.each([
    ['R beans main more'],
    ['R packs'],
    ['R packs beans packs ears'],
    ['R branch main beans more'],
    [''],
  ])('are refused with how to write them: %s', (words) => {
    const result = deployIntent(words.split(' '));

    if (result.ok) throw new Error(JSON.stringify(result.value));
    expect(result.refusal.code).toBe('bad-words');
    expect(sentence(result.refusal)).toContain('packtrain deploy REPOSITORY');
  });

  it.each(['R beans main for ever', 'R beans main for 0s', 'R beans main for 2x'])(
    'are refused where the time is none: %s',
    (words) => {
      const result = deployIntent(words.split(' '));

      if (result.ok) throw new Error(JSON.stringify(result.value));
      expect(sentence(result.refusal)).toMatch(/is no duration\. Write whole numbers/);
    },
  );

  it('lead to the same packs wherever the spaces stand', () => {
    const pack = fc.stringMatching(/^[a-z0-9_]{1,8}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(pack, { minLength: 1 }),
        fc.constantFrom(',', ', ', ' ,', ' , '),
        (packs, comma) => {
          expect(deployIntent(['R', ...packs.join(comma).split(' '), 'main'])).toEqual({
            ok: true,
            value: { kind: 'deploy', repository: 'R', packs: named(...packs), ref: 'main' },
          });
        },
      ),
    );
  });
});

describe('the words of rollback and cancel', () => {
  it.each([
    ['beans', {}],
    ['beans last', {}],
    ['beans to last', {}],
    ['beans 1a2b3c4', { to: '1a2b3c4' }],
    ['beans to 1a2b3c4', { to: '1a2b3c4' }],
  ])('rollback %s', (words, rest) => {
    expect(rollbackIntent(words.split(' '))).toEqual({
      ok: true,
      value: { kind: 'rollback', pack: 'beans', ...rest },
    });
  });

  it('rollback of several packs is refused', () => {
    expect(rollbackIntent(['beans', 'to', '1a2b3c4', 'ears']).ok).toBe(false);
  });

  it('cancel takes a number, with or without its #', () => {
    expect(cancelIntent('#7')).toEqual({ ok: true, value: { kind: 'cancel', deployment: 7 } });
    expect(cancelIntent(undefined)).toEqual({ ok: true, value: { kind: 'cancel' } });
    expect(cancelIntent('beans').ok).toBe(false);
  });
});

describe('chat Markdown at a terminal', () => {
  it.each([
    ['Deploying *beans* from _main_', 'Deploying beans from main'],
    ['run `pack_a_b` now', 'run pack_a_b now'],
    ['[the page](http://127.0.0.1/1)', 'the page (http://127.0.0.1/1)'],
    ['2 * 3 * 4 and my_pack_name', '2 * 3 * 4 and my_pack_name'],
    ['say _Alas! ear wax!_, please', 'say Alas! ear wax!, please'],
    ['*_both_*', 'both'],
    ['```yaml\na: *b*\n```', '  a: *b*'],
    ['`*not bold*`', '*not bold*'],
  ])('%j without colours: %j', (markdown, shown) => {
    expect(renderMarkdown(markdown, plainStyle)).toBe(shown);
  });

  it('has weights and colours where they can be seen', () => {
    expect(renderMarkdown('*a* _b_ `c`', ansiStyle)).toBe(
      '\u001b[1ma\u001b[22m \u001b[3mb\u001b[23m \u001b[36mc\u001b[39m',
    );
  });

  it('loses no word of any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const letters = (t: string) => t.replace(/[^a-z0-9]/gi, '');
        const shown = letters(renderMarkdown(text, plainStyle));
        // A fence's language is the one thing that is dropped.
        if (!text.includes('```')) expect(shown).toBe(letters(text));
      }),
    );
  });
});
