import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileFormat } from '../../../src/packs/grammar/format.js';
import { matchFormat } from '../../../src/packs/grammar/match.js';
import { commonLine, findClashes, type LineOf } from '../../../src/packs/links/clash.js';

describe('two formats', () => {
  it.each([
    ['cook {{ pot }}', 'cook {{pan}}', 'cook something'],
    ['cook {{ pot }} {{ minutes = 5 }}', 'cook {{ x }}', 'cook something'],
    ['cook all', 'cook {{ pot }}', 'cook all'],
    ['cook {{ pot }}', 'cook {{ pot }} for {{ minutes }} minutes', 'cook something for something minutes'],
    ['(show|sh) version', 'show {{ what }}', 'show version'],
    ['cook {{pot}}( now)?', 'cook the {{pot}}', 'cook the something'],
    ['(?i)^\\s*COOK {{pot}}', 'cook {{pot}} {{lid="on"}}', 'cook something'],
    ['{{ what }} please', 'cook {{ pot }}', undefined],
    ['cook {{ pot }}', 'stir {{ pot }}', undefined],
    ['cook {{ pot }} slowly', 'cook {{ pot }} fast', undefined],
    ['cook', 'cook {{ pot }}', undefined],
    ['cook (', 'cook (', undefined],
    ['a|cook', 'cook', 'cook'],
  ])('%j and %j take %j', (one, other, line) => {
    expect(commonLine(one, other)).toBe(line);
    expect(commonLine(other, one)).toBe(line);
  });
});

const said = (pack: string, alias: string, format: string): LineOf => ({ pack, alias, format });

it('tells each pair of aliases once, and nothing of formats of one alias, or of two old ones', () => {
  const fresh = [said('beans', 'cook', 'cook {{ pot }}'), said('beans', 'cook', 'cook {{ pot }} now')];
  const old = [
    said('beans', 'stir', 'stir {{ pot }}'),
    said('tea', 'cook', 'cook {{ cup }}'),
    said('tea', 'cook', 'cook {{ cup }} now'),
    said('tea', 'again', 'stir {{ cup }}'),
  ];
  expect(findClashes(fresh, [...old, ...fresh])).toEqual([
    { first: fresh[0], second: old[1], example: 'cook something' },
  ]);
});

it('tells only some of what a format that takes any line clashes with', () => {
  const old = Array.from({ length: 50 }, (_, i) => said('tea', `brew_${i}`, `brew {{ cup }} ${i}`));
  expect(findClashes([said('beans', 'echo', '{{ all }}')], old)).toHaveLength(20);
});

const formats = new URL('../../../../shared/alias/formats.jsonl', import.meta.url);
const isThere = existsSync(formats);
const title = `the formats of real packs${isThere ? '' : ' (skipped: ../shared/alias is not here)'}`;

describe.skipIf(!isThere)(title, () => {
  it('clash only where both take the example, and seldom do', () => {
    const real = readFileSync(formats, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; alias: string; format: string })
      .filter(({ file }) => file.includes('packs/') || file.includes('contrib'))
      .map(({ file, alias, format }) => said(file.split('/').slice(0, 3).join('/'), alias, format))
      .filter(({ format }) => !format.startsWith('[unused]'));
    expect(real.length).toBeGreaterThan(100);
    const clashes = findClashes(real, []);
    expect(clashes.length).toBeLessThan(real.length / 20);
    for (const { first, second, example } of clashes)
      for (const { format } of [first, second]) {
        const compiled = compileFormat(format);
        expect(compiled.ok && matchFormat(compiled.value, example).ok).toBe(true);
      }
  });
});
