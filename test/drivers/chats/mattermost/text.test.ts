import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTyped, namesIn, writtenText } from '../../../../src/drivers/chat/mattermost/text.js';

const names = new Map([['u1', 'ann']]);
const written = (text: string, most = 16_000) => writtenText(text, names, most);

/** What the server takes for mentions: it reads Markdown, then splits words at whatever a name can't have. */
function mentionsOf(markdown: string): readonly string[] {
  const shown = markdown
    .replace(/^```\n[\s\S]*?\n```$/gm, ' ')
    .replace(/\]\(https?:[^()\s]*\)/g, '] ')
    .replace(/\\([\\`*{}[\]()#$+\-.!_>~|])|`[^`\n]*`/g, (_, escaped = ' ') => escaped)
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&commat;', '@');
  const words = shown.split(/[^\p{L}\p{N}:.\-_@]+/u).flatMap((word) => {
    const bare = word.replace(/^[:.\-_]+/, '');
    return [bare, bare.replace(/[:.\-_]+$/, ''), ...bare.split(/[.\-:]/)];
  });
  return words.filter((word) => /^@[\p{L}\p{N}]/u.test(word));
}

describe('what is written', () => {
  it.each([
    ['*bold*, _emphasis_ and `code*`', '**bold**, _emphasis_ and `code*`'],
    ['a * b, pack_names and [x]', 'a \\* b, pack\\_names and \\[x\\]'],
    [
      'see [#4](https://p.example/4) or https://p.example/a_b.',
      'see [#4](https://p.example/4) or https://p.example/a_b.',
    ],
    ['[@Ann](mention:u1): your turn, [@bob](mention:u2)', '@ann: your turn, bob'],
    ['```\n@all in code\n```', '```\n@all in code\n```'],
    [
      '# no heading\n> no quote\n- no list\n1. nor this',
      '\\# no heading\n\\> no quote\n\\- no list\n1\\. nor this',
    ],
    ['![an image](https://evil.example/x.png)', '\\![an image](https://evil.example/x.png)'],
    ['ann@example.com', 'ann@example.com'],
    ['@all and @bob', '@\u200ball and @\u200bbob'],
    ['&#64;all', '&\u200b#64;all'],
    ['https://p.example/@all', 'https://p.example/%40all'],
    ['https://p.example/&#64;all', 'https://p.example/&#64%3Ball'],
  ])('of %j is %j', (text, expected) => expect(written(text)).toBe(expected));

  it('speaks to those only whom the message means, whatever stands in it', () => {
    expect(mentionsOf('hi @all, .@here and &#64;channel')).toEqual(
      expect.arrayContaining(['@all', '@here', '@channel']),
    );
    const part = fc.oneof(
      fc.constantFrom(
        '@all',
        '@channel',
        '@here',
        '@bob',
        '@',
        '&#64;',
        '&#x40;',
        '&commat;',
        '\\',
        '`',
        '```',
        '\n',
        ' ',
      ),
      fc.constantFrom(
        '*',
        '_',
        '~~',
        '[',
        ']',
        '(',
        ')',
        '!',
        '.',
        '-',
        ':',
        'a',
        'é',
        '1',
        'https://h.example/',
        '&',
        ';',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = written(`${parts.join('')} [@x](mention:u1)`);
        expect(mentionsOf(text).filter((one) => one !== '@ann')).toEqual([]);
      }),
    );
  });

  it('fits, however much has to be escaped, and halves no character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('*', '_', 'a', '🫘', ' '), maxLength: 300 }),
        fc.integer({ min: 10, max: 200 }),
        (text, most) => {
          const said = written(text, most);
          expect(said.length).toBeLessThanOrEqual(most);
          expect(Buffer.from(said).toString()).toBe(said);
        },
      ),
    );
  });
});

describe('what is read', () => {
  it('finds names as the server does', () => {
    expect(namesIn('@Ann, @bob.smith. (@jjm) x@y @all @here: @a-b_c')).toEqual([
      'ann',
      'bob.smith',
      'jjm',
      'a-b_c',
    ]);
  });

  it.each([
    ['@packtrain status', 'status', true],
    ['  @Packtrain: status', 'status', true],
    ['status, @packtrain!', 'status, @packtrain!', true],
    ['@packtrain2 status', '@packtrain2 status', false],
    ['@packtrain.two status', '@packtrain.two status', false],
    ['ops@packtrain status', 'ops@packtrain status', false],
    ['@ann @packtrain give beans to @bob', '@1 @packtrain give beans to @2', true],
    ['@packtrain', '', true],
  ])('of %j is %j', (line, text, isMention) => {
    const ids = new Map([
      ['ann', '1'],
      ['bob', '2'],
    ]);
    expect(asTyped(line, 'packtrain', ids)).toEqual({ text, isMention });
  });
});
