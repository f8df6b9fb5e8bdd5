import { describe, expect, it } from 'vitest';
import { checkTemplates, wordingOf } from '../../src/announcements/templates.js';
import { parseConfig } from '../../src/config/parse.js';
import type { PackNews } from '../../src/core/announcement.js';
import { expectGolden } from '../chat/render/golden.js';

function news(pack: string, more: Partial<PackNews> = {}): PackNews {
  const points = [`You can now say \`${pack}\`.`];
  return {
    pack,
    change: 'changed',
    version: '1.2.0',
    description: 'Coffee for all',
    source: 'content',
    points,
    ...more,
  };
}

const builtIn = wordingOf({});

describe('announcements in the built-in words', () => {
  it('read like this', async () => {
    await expectGolden('announcements', {
      'one pack': builtIn.message('Kitchen', [news('beans')]),
      'a pack without a version': builtIn.message('Kitchen', [news('beans', { version: '' })]),
      'a new pack': builtIn.message('Kitchen', [
        news('beans', { change: 'new', points: ['Say `beans`.', 'Say `tea`.'] }),
      ]),
      'a new pack of which nothing is known': builtIn.message('Kitchen', [
        news('beans', { change: 'new', description: '', points: [] }),
      ]),
      'a pack that was removed': builtIn.message('Kitchen', [
        news('beans', { change: 'removed', points: ['`beans` is gone.'] }),
      ]),
      'three packs in one push': builtIn.message('Kitchen', [
        news('beans'),
        news('ears', { change: 'new' }),
        news('tea'),
      ]),
      'a point of several lines': builtIn.message('Kitchen', [
        news('beans', { points: ['Say\n```\ntea\n```', 'or not'] }),
      ]),
      'two pushes in a digest': builtIn.digest('Kitchen', [
        { text: builtIn.message('Kitchen', [news('beans')]), packs: ['beans'] },
        { text: 'Ears are clean now!', packs: ['ears'] },
      ]),
    });
  });

  it('have an end, whatever is told', () => {
    const points = Array.from({ length: 11 }, (_, i) => `${i} ${'word '.repeat(90)}`);
    const all = Array.from({ length: 40 }, (_, i) => news(`pack_${i}`, { points }));
    expect(builtIn.message('Kitchen', all).length).toBeLessThanOrEqual(3_500);
    const messages = all.map(({ pack }) => ({ text: builtIn.message('Kitchen', all), packs: [pack] }));
    expect(builtIn.digest('Kitchen', messages).length).toBeLessThanOrEqual(3_500);
  });
});

describe('templates of the config', () => {
  it('take the place of the built-in ones', () => {
    const own = wordingOf({
      pack: '{{ name }}: {{ points | join: " " }}',
      message: '{% for pack in packs %}[{{ pack.text }}]{% endfor %}',
    });
    expect(own.message('Kitchen', [news('beans'), news('ears')])).toBe(
      '[beans: You can now say `beans`.][ears: You can now say `ears`.]',
    );
  });

  it('give way to the built-in ones where they break or say nothing', () => {
    const own = wordingOf({ message: '{{ packs[7].name }}', pack: '{% if version == "0" %}x{% endif %}' });
    expect(own.message('Kitchen', [news('beans')])).toBe(builtIn.message('Kitchen', [news('beans')]));
  });

  it.each([
    ['{{ nmae }}', /unknown variable "nmae".*name, change/u],
    ['{{ name | shout }}', /undefined filter: shout/u],
    ['{% if name %}', /not closed \(its line 1, column 1\)/u],
    ['a\n{% include "/etc/passwd" %}', /"include" not found \(its line 2/u],
    ['{% for i in (1..100000000) %}x{% endfor %}', /limit exceeded/u],
    ['{% assign x = name %}', /says nothing/u],
  ])('are looked at when the config is read: `%s`', (template, said) => {
    const [found] = checkTemplates({ announcements: { templates: { pack: template } } });
    expect(found?.path).toEqual(['announcements', 'templates', 'pack']);
    expect(found?.text).toMatch(said);
  });

  it('are shown with their place in the file', () => {
    const text = `repositories:
  Beans: { repo: git@git.example.com:st2/beans.git }
announcements:
  templates:
    message: "{% for pack in packs %}{{ pack.txt }}{% endfor %}"
`;
    const loaded = parseConfig(
      text,
      { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' },
      checkTemplates,
    );
    expect(
      loaded.ok ? [] : loaded.problems.map(({ line, column, text: said }) => [line, column, said]),
    ).toEqual([
      [5, 14, 'The template message is not valid: undefined variable: pack.txt (its line 1, column 27).'],
    ]);
  });
});
