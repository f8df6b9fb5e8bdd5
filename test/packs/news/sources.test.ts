import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentDiff } from '../../../src/core/content.js';
import { changelogNews } from '../../../src/packs/news/changelog.js';
import { commitNews } from '../../../src/packs/news/commits.js';
import { pointsOf } from '../../../src/packs/news/markdown.js';
import { isNote, notesOf, readNote } from '../../../src/packs/news/notes.js';
import { type NewsMaterial, packNews } from '../../../src/packs/news/pack-news.js';

const diff: ContentDiff = {
  pack: 'beans',
  version: { before: '1.1.0', after: '1.2.0' },
  manifest: [],
  config: [],
  content: [{ change: 'added', type: 'aliases', name: 'tea', description: 'Makes tea.', formats: ['tea'] }],
  otherFiles: [],
};
const nothing: ContentDiff = { ...diff, content: [] };
const material: NewsMaterial = { diff, notes: [], subjects: ['Add tea'] };

describe('notes beside a change', () => {
  it.each([
    ['as a list of packs', '---\npacks: [beans, ears]\n---\nTea!\n', ['beans', 'ears']],
    ['as one pack', '---\npack: beans\n---\nTea!\n', ['beans']],
    ['as words', '---\npacks: beans, ears\n---\nTea!\n', ['beans', 'ears']],
    [
      'as keys with the size of the change',
      "---\n'beans': minor\nears: patch\n---\nTea!\n",
      ['beans', 'ears'],
    ],
    ['as a bare list', '---\n- beans\n---\nTea!\n', ['beans']],
    ['with the line ends of Windows', '---\r\npack: beans\r\n---\r\nTea!\r\n', ['beans']],
    ['with nothing in it', '---\n---\nTea!\n', []],
    ['that is broken', '---\n{ packs: [\n---\nTea!\n', []],
    ['that is missing', 'Tea!\n', []],
  ])('may name their packs in front matter %s', (_, text, packs) => {
    const note = readNote(text);
    expect(note.packs).toEqual(packs);
    expect(note.body.trim()).toBe('Tea!');
  });

  it('tell of the packs that they name, or of the pack in whose folder they lie, in the order of their names', () => {
    const notes = [
      { path: '.changes/b.md', text: '---\npacks: [ears]\n---\nFor ears.' },
      { path: '.changes/c.md', text: '---\npacks: ["*"]\n---\nFor all.' },
      { path: '.changes/nobody.md', text: 'For nobody.' },
      { path: 'packs/beans/.changes/a.md', text: 'For beans.', pack: 'beans' },
    ];
    expect(notesOf('beans', notes)).toEqual(['For all.', 'For beans.']);
    expect(notesOf('ears', notes)).toEqual(['For ears.', 'For all.']);
  });

  it('are the Markdown files of the folder, but for what explains the folder', () => {
    expect(['tea.md', 'README.md', 'config.json', 'old/tea.md'].filter(isNote)).toEqual(['tea.md']);
  });
});

describe('Markdown as points for a chat', () => {
  it.each<[string, string, readonly string[]]>([
    ['paragraphs', 'One\ntwo.\n\nThree.', ['One two.', 'Three.']],
    ['lists of any kind', '- one\n* two\n+ three\n1. four', ['one', 'two', 'three', 'four']],
    [
      'what belongs to an item',
      '- one\n  goes on\n  - and has\n  - more',
      ['one goes on\n  ◦ and has\n  ◦ more'],
    ],
    [
      'marks',
      '**Bold** and __bold__, *so* and _so_, `**code**`',
      ['*Bold* and *bold*, _so_ and _so_, `**code**`'],
    ],
    [
      'links and pictures',
      '[more](https://x.example) ![a cup](cup.png) <https://y.example>',
      ['[more](https://x.example) a cup https://y.example'],
    ],
    ['code in fences', 'Say\n```\n- tea\n```', ['Say\n```\n- tea\n```']],
    ['tags and comments', 'Tea<br> <!-- not yet\nready -->now', ['Tea now']],
    [
      'the words of a change log',
      '### Added\n- tea\n### Removed\n- decaf\n### Internal\n- tests',
      ['New: tea', 'Gone: decaf'],
    ],
    ['other headings', '## For the brave\nTea.', ['*For the brave*', 'Tea.']],
    ['nothing', ' \n<!-- nothing -->\n', []],
  ])('has %s', (_, text, points) => {
    expect(pointsOf(text)).toEqual(points);
  });

  it('calls nobody', () => {
    expect(pointsOf('Hello @here, @channel and <!everyone>: tea!')[0]).not.toMatch(/@here|@channel|<!/u);
  });
});

describe('a change log', () => {
  const bodies = '\n- Tea\n\n';
  it.each([
    ['## 1.2.0', '## 1.1.0'],
    ['## [1.2.0] - 2026-03-01', '## [1.1.0] - 2026-01-01'],
    ['# v1.2.0 (March 2026)', '# v1.1.0'],
    ['## [1.2.0](https://git.example/compare) (2026-03-01)', '## [1.1.0](https://git.example/compare)'],
    ['### Version 1.2.0 – Tea', '### Version 1.1.0'],
    ['1.2.0\n-----', '1.1.0\n-----'],
    ['Version 1.2.0 (2026-03-01)\n==========', 'Version 1.1.0\n=========='],
    ['**1.2.0**', '**1.1.0**'],
    ['## 1.2', '## 1.1'],
    ['## Release 1.2.0', '## Release 1.1.0'],
  ])('has the section of a version under `%s`', (now, before) => {
    const text = `# Change Log\n\n## Unreleased\n- Soon\n\n${now}\n${bodies}${before}\n\n- Old\n`;
    expect(changelogNews(text, { before: '1.1.0', after: '1.2.0' })).toEqual(['Tea']);
  });

  it('tells of all versions in between, newest first, and of nothing that is older or to come', () => {
    const text = '## 2.0.0\n- later\n## 1.2.0\n- tea\n## 1.1.1\n- mended\n## 1.1.0\n- old\n';
    expect(changelogNews(text, { before: '1.1.0', after: '1.2.0' })).toEqual(['tea', 'mended']);
  });

  it.each([
    ['the version is the same', '## 1.2.0\n- tea', { before: '1.2.0', after: '1.2.0' }],
    ['it does not know the version', '## 1.1.0\n- old', { before: '1.1.0', after: '1.2.0' }],
    ['a version stands in a sentence', 'Since 1.2.0 there is tea.', { before: '1.1.0', after: '1.2.0' }],
    ['the version is none', '## 1.2.0\n- tea', { before: '', after: 'new' }],
  ])('says nothing when %s', (_, text, span) => {
    expect(changelogNews(text, span)).toEqual([]);
  });
});

describe('commit subjects', () => {
  it('are told without what is for developers', () => {
    const subjects = [
      'feat(beans): make tea, too (#12)',
      'fix: burn no water',
      'chore: bump',
      'ci(x): faster',
      'refactor!: take cups in place of pots',
      "Merge branch 'main' of x",
      'fixup! tea',
      'Grind [deploy skip] finer',
      'Grind [deploy skip] finer',
      '',
    ];
    expect(commitNews(subjects)).toEqual([
      'Make tea, too',
      'Fixed: burn no water',
      'Take cups in place of pots',
      'Grind finer',
    ]);
  });
});

describe('the news of a pack', () => {
  it('come from the first source that says something', () => {
    const notes = [{ path: '.changes/tea.md', text: '---\npack: beans\n---\nThere is tea.' }];
    const changelog = '## 1.2.0\n- Tea, at last\n';
    expect(packNews({ ...material, notes, changelog })).toMatchObject({
      source: 'notes',
      points: ['There is tea.'],
    });
    expect(packNews({ ...material, changelog })).toMatchObject({
      source: 'changelog',
      points: ['Tea, at last'],
    });
    expect(packNews(material)).toMatchObject({
      source: 'content',
      points: ['You can now say `tea`: Makes tea.'],
    });
    expect(packNews({ ...material, diff: nothing })).toMatchObject({
      source: 'commits',
      points: ['Add tea'],
    });
  });

  it('are none when nothing says anything', () => {
    expect(packNews({ ...material, diff: nothing, subjects: ['chore: tidy'] })).toBeUndefined();
  });

  it('of a new pack tell all that one can do with it, after what the author says', () => {
    const fresh = { ...diff, version: { before: null, after: '1.0.0' } };
    const notes = [{ path: '.changes/tea.md', text: '---\npack: beans\n---\nWelcome.' }];
    expect(packNews({ ...material, diff: fresh, notes })).toMatchObject({
      change: 'new',
      points: ['Welcome.', 'Say `tea`: Makes tea.'],
    });
    expect(packNews({ ...material, diff: { ...fresh, content: [] } })).toMatchObject({
      change: 'new',
      points: [],
    });
  });

  it('are bounded, whatever the authors write', () => {
    const anything = fc.array(fc.string({ minLength: 300, maxLength: 700 }), { maxLength: 12 });
    fc.assert(
      fc.property(anything, anything, (texts, subjects) => {
        const notes = texts.map((text, i) => ({ path: `.changes/${i}.md`, text, pack: 'beans' }));
        const points = packNews({ diff: nothing, notes, subjects })?.points ?? [];
        expect(points.length).toBeLessThanOrEqual(11);
        expect(points.join('').length).toBeLessThanOrEqual(2_600);
      }),
      { numRuns: 30 },
    );
  });
});
