import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Markdown } from '../../src/web/markdown.js';

const html = (text: string) => String(<Markdown text={text} />);

describe('chat Markdown on a page', () => {
  it.each([
    ['*AwesomePack* is live', '<p><strong>AwesomePack</strong> is live</p>'],
    ['branch _Feature/factor-out-earwax-beans_.', '<p>branch <em>Feature/factor-out-earwax-beans</em>.</p>'],
    ['a _branch_with_scores_ here', '<p>a <em>branch_with_scores</em> here</p>'],
    ['`main@1a2b3c4`', '<p><code>main@1a2b3c4</code></p>'],
    ['snake_case_name and 2*3*4', '<p>snake_case_name and 2*3*4</p>'],
    ['* not bold * and _ not em _', '<p>* not bold * and _ not em _</p>'],
    ['*bold _and em_*', '<p><strong>bold <em>and em</em></strong></p>'],
    ['`*raw*`', '<p><code>*raw*</code></p>'],
    ['[#42](/deployments/42)', '<p><a href="/deployments/42">#42</a></p>'],
    ['one\ntwo', '<p>one\ntwo</p>'],
  ])('%s', (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it('shows fenced code as it is', () => {
    expect(html('before\n```yaml\na: *b*\n```\nafter')).toBe(
      '<p>before</p><pre tabIndex="0"><code>a: *b*</code></pre><p>after</p>',
    );
  });

  it('links web addresses, without the full stop that ends the sentence', () => {
    expect(html('see https://example.org/a_b.')).toBe(
      '<p>see <a href="https://example.org/a_b" target="_blank" rel="noopener noreferrer">https://example.org/a_b</a>.</p>',
    );
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'vbscript:x',
    ' javascript:x',
  ])('does not link %s', (href) => {
    expect(html(`[x](${href})`)).not.toContain('<a');
  });

  it('makes no markup of what people write', () => {
    const text = `<script>alert(1)</script> *<img src=x onerror=alert(1)>* [<b>x</b>](https://e.org/"onclick="x)`;
    const shown = html(text);
    expect(shown).not.toMatch(/<(script|img|b)\b/);
    expect(shown).not.toMatch(/"\s*onclick/);
  });

  it('never makes elements other than its own', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '*',
        '_',
        '`',
        '```',
        '[',
        '](',
        ')',
        '<',
        '>',
        '"',
        '&',
        '\n',
        ' ',
        'https://e.org/',
        '/',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const shown = html(pieces.join(''));
        const tags = [...shown.matchAll(/<\/?([a-z]+)[^>]*>/g)].map(([, name]) => name);
        for (const tag of tags) expect(['p', 'pre', 'code', 'strong', 'em', 'a']).toContain(tag);
        for (const [, href] of shown.matchAll(/href="([^"]*)"/g))
          expect(href).toMatch(/^(https?:\/\/|\/(?![/\\]))/i);
      }),
    );
  });

  it('loses no word', () => {
    const piece = fc.constantFrom(
      'alpha',
      'beta',
      '*',
      '_',
      '`',
      '[',
      ']',
      '(',
      ' ',
      '\n',
      '<b>',
      '&amp;',
      'https://e.org',
    );
    const letters = (text: string) => text.replace(/[^a-z]/g, '');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const said = pieces.join('');
        fc.pre(!said.includes('```'));
        const shown = html(said).replace(/<[^>]*>/g, '');
        const words = shown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
        expect(letters(words)).toBe(letters(said));
      }),
    );
  });

  it('is as quick with a line that was made to be slow', () => {
    const began = performance.now();
    for (const part of ['_a', '*a', '[a', '`', '[a](', '_'.repeat(3)])
      html(part.repeat(16_000 / part.length));
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
