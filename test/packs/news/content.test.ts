import { describe, expect, it } from 'vitest';
import type { PackContent } from '../../../src/core/content.js';
import { diffContent } from '../../../src/packs/diff.js';
import { contentNews } from '../../../src/packs/news/content.js';
import { exampleOf } from '../../../src/packs/news/example.js';
import { readPack } from '../../../src/packs/read-pack.js';
import { packFiles } from '../fixture.js';

type Texts = Readonly<Record<string, string>>;

const pack: Texts = {
  'pack.yaml': 'name: beans\ndescription: Coffee for all.\nversion: 1.2.0\nauthor: ann\n',
  'actions/brew.yaml': `name: brew
description: Brews a pot.
runner_type: local-shell-script
entry_point: brew.sh
parameters:
  roast: { type: string, enum: [dark, light], default: dark, description: How long it was roasted. }
  cups: { type: integer, required: true }
  token: { type: string, secret: true, default: hunter22 }
`,
  'actions/brew.sh': 'echo brew\n',
  'aliases/brew.yaml':
    'name: brew\ndescription: Brews coffee\naction_ref: beans.brew\nformats: ["brew {{roast}} coffee"]\n',
  'rules/dawn.yaml': `name: dawn
description: Coffee is ready at dawn.
enabled: true
trigger: { type: core.st2.CronTimer }
action: { ref: beans.brew }
`,
};

function contentOf(texts: Texts): PackContent {
  const { content } = readPack(packFiles(texts));
  if (content === undefined) throw new Error('the fixture has no content');
  return content;
}

/** The news from the pack to itself with some files replaced; null takes one away. */
function news(changes: Readonly<Record<string, string | null>>, from: Texts = pack): readonly string[] {
  const merged: Record<string, string | null> = { ...from, ...changes };
  const kept = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null);
  const [before, after] = [contentOf(from), contentOf(Object.fromEntries(kept))];
  return contentNews(diffContent(before, after, Object.keys(changes)), { before, after });
}

const brew = pack['actions/brew.yaml'] ?? '';
const tea = (more = '') => ({
  'actions/tea.yaml': `name: tea\ndescription: Makes tea.\nrunner_type: noop\nparameters:\n  host: { type: string, required: true }\n  hot: { type: boolean }\n${more}`,
});
const teaAlias = (formats = '"tea on {{host}}"', more = '') => ({
  'aliases/tea.yaml': `name: tea\naction_ref: beans.tea\nformats: [${formats}]\n${more}`,
});

describe('what a difference of content tells people', () => {
  it.each<[string, Readonly<Record<string, string | null>>, readonly string[]]>([
    [
      'a new alias: the line to type, what it does, and an example; its action needs no word of its own',
      { ...tea(), ...teaAlias() },
      ['You can now say `tea on {{host}}`: Makes tea. For example `tea on web1`.'],
    ],
    [
      'a new action: what it does, what it needs, what it takes',
      tea(),
      ['New action `beans.tea`: Makes tea. It needs `host` and takes `hot`.'],
    ],
    ['an action that is switched off: nothing', tea('enabled: false\n'), []],
    [
      'an alias that is switched off: nothing of it',
      { ...tea(), ...teaAlias('"tea"', 'enabled: false\n') },
      ['New action `beans.tea`: Makes tea. It needs `host` and takes `hot`.'],
    ],
    [
      'another way to say an alias',
      { 'aliases/brew.yaml': (pack['aliases/brew.yaml'] ?? '').replace(']', ', "coffee!"]') },
      ['You can now say `coffee!`: Brews coffee.'],
    ],
    [
      'an alias that changed its line',
      {
        'aliases/brew.yaml': (pack['aliases/brew.yaml'] ?? '').replace(
          'brew {{roast}} coffee',
          'pour {{roast}}',
        ),
      },
      [
        'You can now say `pour {{roast}}`: Brews coffee. For example `pour dark`.',
        '`brew {{roast}} coffee` is gone; say `pour {{roast}}` instead.',
      ],
    ],
    [
      'an alias that another one for the same action replaces',
      {
        'aliases/brew.yaml': null,
        'aliases/make.yaml': 'name: make\naction_ref: beans.brew\nformats: ["make coffee"]\n',
      },
      [
        'You can now say `make coffee`: Brews a pot.',
        '`brew {{roast}} coffee` is gone; say `make coffee` instead.',
      ],
    ],
    ['an alias that is gone for good', { 'aliases/brew.yaml': null }, ['`brew {{roast}} coffee` is gone.']],
    [
      'a line that moved to another alias is no news',
      {
        'aliases/brew.yaml': null,
        'aliases/b.yaml': (pack['aliases/brew.yaml'] ?? '').replace('name: brew', 'name: b'),
      },
      [],
    ],
    [
      'an action that is gone, with its line',
      { 'actions/brew.yaml': null, 'aliases/brew.yaml': null, 'rules/dawn.yaml': null },
      ['No longer by itself: Coffee is ready at dawn.', '`brew {{roast}} coffee` is gone.'],
    ],
    [
      'a new parameter',
      { 'actions/brew.yaml': `${brew}  milk: { type: boolean, default: false, description: With milk? }\n` },
      ['`beans.brew` now takes `milk` (`false` unless given): With milk?.'],
    ],
    [
      'a new required parameter',
      { 'actions/brew.yaml': `${brew}  pot: { type: string, required: true }\n` },
      ['`beans.brew` now needs `pot`.'],
    ],
    [
      'a parameter that is gone, one that may be left out now',
      {
        'actions/brew.yaml': brew.replace(/ {2}roast.*\n/u, '').replace('required: true', 'required: false'),
      },
      ['`beans.brew` no longer needs `cups`.', '`beans.brew` no longer takes `roast`.'],
    ],
    [
      'another default, other choices',
      {
        'actions/brew.yaml': brew.replace(
          '[dark, light], default: dark',
          '[dark, light, decaf], default: light',
        ),
      },
      [
        '`roast` of `beans.brew` is now `light` unless given, not `dark`.',
        '`roast` of `beans.brew` may now be `dark`, `light` or `decaf`.',
      ],
    ],
    [
      'another default of a secret: never the secret',
      { 'actions/brew.yaml': brew.replace('hunter22', 'hunter23') },
      ['`token` of `beans.brew` has another default.'],
    ],
    [
      'another description, other code: nothing for those who use it',
      { 'actions/brew.yaml': brew.replace('a pot', 'one pot'), 'actions/brew.sh': 'echo other\n' },
      [],
    ],
    [
      'something that happens by itself',
      {
        'rules/noon.yaml':
          'name: noon\ndescription: Tea at noon\nenabled: true\ntrigger: { type: core.st2.CronTimer }\naction: { ref: beans.brew }\n',
      },
      ['By itself from now on: Tea at noon.'],
    ],
    [
      'something that no longer happens by itself',
      { 'rules/dawn.yaml': (pack['rules/dawn.yaml'] ?? '').replace('enabled: true', 'enabled: false') },
      ['No longer by itself: Coffee is ready at dawn.'],
    ],
  ])('%s', (_, changes, told) => {
    const found = news(changes);
    expect([...found].sort()).toEqual([...told].sort());
  });

  it('tells what a new pack is good for', () => {
    const after = contentOf(pack);
    expect(contentNews(diffContent(undefined, after), { after })).toEqual([
      'Say `brew {{roast}} coffee`: Brews coffee. For example `brew dark coffee`.',
      'By itself from now on: Coffee is ready at dawn.',
    ]);
  });

  it('tells what can no longer be said of a pack that is removed', () => {
    const before = contentOf(pack);
    expect(contentNews(diffContent(before, undefined), { before })).toContain(
      '`brew {{roast}} coffee` is gone.',
    );
  });

  it('makes do with the difference when neither side can be read any more', () => {
    const after = contentOf({ ...pack, ...tea(), ...teaAlias() });
    expect(contentNews(diffContent(contentOf(pack), after), {})).toEqual([
      'You can now say `tea on {{host}}`. For example `tea on web1`.',
      'New action `beans.tea`: Makes tea.',
    ]);
  });
});

describe('an example of a line', () => {
  it.each([
    ['coffee!', undefined],
    ['brew {{ roast = "very dark" }}', 'brew very dark'],
    ['ask {{ question }}', 'ask <question>'],
    ['remind {{user}} in {{duration}}: {{message}}', 'remind ann in 10m: hello'],
    ['brew\\s+(?P<roast>\\w+) {{x}}', undefined],
  ])('of `%s` is %s', (display, example) => {
    expect(exampleOf(display, undefined)).toBe(example);
  });

  it('never shows the default of a secret', () => {
    const [action] = contentOf(pack).actions;
    expect(exampleOf('log in with {{token=hunter22}}', action)).toBe('log in with <token>');
  });
});
