import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hearPhrase } from '../../src/chat/phrase.js';
import type { Actor } from '../../src/core/actor.js';
import { builtInPhrases } from '../../src/core/phrases.js';
import type { Call } from '../../src/deployments/service.js';
import { ann, bob, now, onWeb } from './fixture.js';

const jjm = onWeb('jjm');
const phrases = builtInPhrases;

function callOf(phrase: string, requester: Actor = jjm, deployment = 42): Call {
  return { deployment, requester, phrase, until: now };
}

function hear(
  text: string,
  calls: readonly Call[],
  speaker: Actor = jjm,
  people: Parameters<typeof hearPhrase>[0]['people'] = [],
) {
  return hearPhrase({ text, speaker, people }, calls);
}

const wax = callOf('alas! ear wax!');

describe('a phrase', () => {
  it.each([
    'alas! ear wax!',
    'Alas ear wax',
    'ALAS! EAR WAX!!!',
    '_alas! ear wax!_',
    '*alas*, `ear` ~wax~',
    '```alas! ear wax!```',
    '“alas! ear wax!”',
    '  alas,\tear\n wax…',
    'alas ear wax 👂🏽✨',
    'alas! earwax!',
    '!alas! ear wax!',
    'àlas! éar wax!',
    '**alas! ear\u200B wax!**',
  ])('is heard in %j', (text) => {
    expect(hear(text, [wax])).toEqual({ kind: 'confirmed', call: wax });
  });

  it('is heard whatever is around its letters, and never takes another one for it', () => {
    const noise = fc
      .array(
        fc.constantFrom(
          '!',
          '?',
          ' ',
          '\t',
          '_',
          '*',
          '~',
          '`',
          '“',
          '”',
          "'",
          '’',
          '.',
          '…',
          '👍🏽',
          '❤️',
          '-',
          '\u00A0',
        ),
        { maxLength: 3 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...phrases), { minLength: 2, maxLength: 6 }),
        fc.array(noise, { minLength: 40, maxLength: 40 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (open, noises, capitals) => {
          const calls = open.map((phrase, i) => callOf(phrase, jjm, i + 1));
          const [first] = calls;
          const said = [...(open[0] ?? '')]
            .map((letter, i) => (noises[i] ?? '') + (capitals[i] ? letter.toUpperCase() : letter))
            .join('');
          expect(hear(said, calls)).toEqual({ kind: 'confirmed', call: first });
          const others = calls.slice(1);
          expect(hear(said, others).kind).not.toBe('confirmed');
        },
      ),
    );
  });

  it('counts from its requester alone, by any of their accounts', () => {
    expect(hear('alas! ear wax!', [wax], bob)).toEqual({ kind: 'wrong-person', call: wax });
    const elsewhere = { platform: 'elsewhere', userId: 'U7', name: 'jjm' };
    expect(hear('alas! ear wax!', [wax], elsewhere).kind).toBe('wrong-person');
    const people = [{ name: 'jjm', accounts: [{ platform: 'elsewhere', userId: 'U7' }] }];
    expect(hear('alas! ear wax!', [wax], elsewhere, people).kind).toBe('confirmed');
  });

  it('of somebody else is answered with one’s own, where it is both their turns', () => {
    const own = callOf('behold! a teapot!', ann, 43);
    expect(hear('alas! ear wax!', [wax, own], ann)).toEqual({ kind: 'wrong-person', call: wax, own });
  });

  it.each(['alas! ear was!', 'ear wax!', 'ok, alas ear wax', 'alas! earwax? please', 'allas ear wax'])(
    'that is nearly right gets a hint: %j',
    (text) => expect(hear(text, [wax])).toEqual({ kind: 'near', call: wax }),
  );

  it.each(['hello everybody', 'alas', '', '!', '👍', 'wax', 'a'.repeat(5_000), 'where is the ear doctor?'])(
    'is not what %j is',
    (text) => expect(hear(text, [wax])).toEqual({ kind: 'none' }),
  );

  it('of nobody’s turn is just talk', () => {
    expect(hear('alas! ear wax!', [])).toEqual({ kind: 'none' });
    expect(hear('alas! ear was!', [wax], bob)).toEqual({ kind: 'none' });
  });
});
