import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heardText } from '../../../../src/drivers/chat/matrix/heard-text.js';
import { nameOf } from '../../../../src/drivers/chat/matrix/read.js';
import { written } from '../../../../src/drivers/chat/matrix/text.js';
import { contentOf, editOf } from '../../../../src/drivers/chat/matrix/write.js';

const own = { userId: '@packtrain:village.example', displayName: 'Pack Train' };
const pill = (id: string, name: string) => `<a href="https://matrix.to/#/${id}">${name}</a>`;

describe('what is said on Matrix', () => {
  it('is text and HTML, with people, code and links, and nothing of it is taken for marks', () => {
    const text =
      '*beans* is _live_ for [@ann](mention:@ann:village.example): [#42](https://p.example/?a=1&b=2)\n`a<b` & <img src=x>\n```\n<b>\n*no*\n```\nsee https://p.example/x.';
    expect(written(text)).toEqual({
      body: 'beans is live for ann: #42 (https://p.example/?a=1&b=2)\n`a<b` & <img src=x>\n<b>\n*no*\nsee https://p.example/x.',
      html: `<strong>beans</strong> is <em>live</em> for ${pill('@ann:village.example', 'ann')}: <a href="https://p.example/?a=1&amp;b=2">#42</a><br><code>a&lt;b</code> &amp; &lt;img src=x&gt;<pre><code>&lt;b&gt;\n*no*</code></pre>see <a href="https://p.example/x">https://p.example/x</a>.`,
      mentions: ['@ann:village.example'],
    });
  });

  it('mentions nobody by an id that is none', () => {
    const text = '[@ann](mention:U0ANN) [@x](mention:@"><b>:evil.example)';
    const { html, mentions } = written(text);
    expect(html).toBe(`ann ${pill('@%22%3E%3Cb%3E:evil.example', 'x')}`);
    expect(mentions).toEqual(['@"><b>:evil.example']);
  });

  it('is a notice, unless it speaks to somebody', () => {
    expect(contentOf('beans is live', false).content).toMatchObject({
      msgtype: 'm.notice',
      'm.mentions': {},
    });
    expect(contentOf('psst', true).content.msgtype).toBe('m.text');
    const called = contentOf('[@ann](mention:@ann:village.example), it is your turn', false);
    expect(called.content).toMatchObject({
      msgtype: 'm.text',
      'm.mentions': { user_ids: ['@ann:village.example'] },
    });
  });

  it('fits an event with all that is written twice, whatever is in it', () => {
    const sign = fc.constantFrom('a', '&', '<', '"', '\\', '\n', '\u0001', '☃', '👩', '*', '_', '`', ' ');
    const pieces = fc.constantFrom(
      '*a* ',
      '_b_ ',
      '`&`',
      '[@x](mention:@x:y) ',
      'http://a ',
      '```\n<\n```\n',
      '"&<',
    );
    const texts = fc.tuple(fc.array(fc.oneof(sign, pieces), { minLength: 1, maxLength: 60 }), fc.boolean());
    fc.assert(
      fc.property(texts, ([parts, isDirect]) => {
        const one = parts.join('');
        const text = one.repeat(Math.ceil(4_000 / one.length)).slice(0, 4_000);
        const { content, mentions } = contentOf(text, isDirect);
        const event = JSON.stringify(editOf('$e'.padEnd(44, 'x'), content, mentions));
        // The rest of the 65,536 bytes is for what servers put around it.
        expect(Buffer.byteLength(event)).toBeLessThan(63_000);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is heard on Matrix', () => {
  it('names people by their ids, where they were picked from a list, and not the bot at its beginning', () => {
    const heard = heardText(
      {
        body: 'Pack Train: pack give Bob-beans to Bob & co',
        formatted_body: `${pill('@packtrain:village.example', 'Pack Train')}: pack give Bob-beans to ${pill('%40bob%3Avillage.example', 'Bob &amp; co')}`,
      },
      own,
    );
    expect(heard).toEqual({ text: 'pack give Bob-beans to @bob:village.example', isMention: true });
    const twice = heardText(
      { body: 'Bob or Bob', formatted_body: `Bob or ${pill('@bob:x.example', 'Bob')}` },
      own,
    );
    expect(twice).toEqual({ text: 'Bob or @bob:x.example', isMention: false });
  });

  it.each([
    'packtrain: status',
    '@packtrain status',
    'Pack Train, status',
    '@packtrain:village.example: status',
    '@packtrain:village.example status',
  ])('knows that %s is meant for the bot', (body) => {
    expect(heardText({ body }, own)).toEqual({ text: 'status', isMention: true });
  });

  it.each(['packtrains are nice', 'the packtrain: slow', '@packtrain:village.example.org status'])(
    'leaves %s alone',
    (body) => expect(heardText({ body }, own)).toEqual({ text: body, isMention: false }),
  );

  it('takes an answer without what it answers, and for no mention by that alone', () => {
    const answer = {
      body: '> <@packtrain:village.example> your turn\n> say it\n\nalas! ear wax!',
      formatted_body: `<mx-reply><blockquote>${pill('@packtrain:village.example', 'Pack Train')} your turn</blockquote></mx-reply>alas! ear wax!`,
      'm.mentions': { user_ids: ['@packtrain:village.example'] },
      'm.relates_to': { 'm.in_reply_to': { event_id: '$1' } },
    };
    expect(heardText(answer, own)).toEqual({ text: 'alas! ear wax!', isMention: false });
    const { 'm.relates_to': _, ...line } = { ...answer, body: 'hey Pack Train' };
    expect(heardText({ ...line, formatted_body: '' }, own).isMention).toBe(true);
  });

  it('survives whatever others send', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.anything(), (body, html, odd) => {
        const heard = heardText({ body, formatted_body: html, 'm.relates_to': odd, 'm.mentions': odd }, own);
        expect(typeof heard.text).toBe('string');
      }),
    );
  });

  it.each(['<', '<mx-reply>', '<a href="https://matrix.to/#/@', '<a ', '> '])(
    'takes no longer for a message that is full of %s',
    (sign) => {
      const many = sign.repeat(60_000 / sign.length);
      const html = `${many}${pill('@bob:x.example', 'Bob')}`;
      const begun = process.cpuUsage().user;
      heardText({ body: `${many}Bob`, formatted_body: html, 'm.relates_to': { 'm.in_reply_to': {} } }, own);
      expect(process.cpuUsage().user - begun).toBeLessThan(1_000_000);
    },
  );

  it('calls people by their ids, shorter where they are of the same homeserver', () => {
    expect(nameOf('@ann:village.example', own.userId)).toBe('ann');
    expect(nameOf('@ann:evil.example', own.userId)).toBe('ann:evil.example');
  });
});
