import { describe, expect, it } from 'vitest';
import { readDependency } from '../../../src/packs/links/dependencies.js';
import { isOtherVersion, neededBy } from '../../../src/packs/links/needed.js';
import { filesOfLinks, readLinks } from '../../../src/packs/links/read-links.js';
import { removedOf, stillNamed } from '../../../src/packs/links/removed.js';
import { readPack } from '../../../src/packs/read-pack.js';
import { beans, packFiles, packYaml } from '../fixture.js';

/** A pack's links from the texts of its files; only those that are asked for can be read, as in production. */
function linksOf(texts: Readonly<Record<string, string>>) {
  const paths = new Map(Object.keys(texts).map((path) => [path, { mode: '100644' }]));
  const readable = new Set(filesOfLinks(paths.keys()));
  return readLinks({ paths, text: (path) => (readable.has(path) ? texts[path] : undefined) });
}

const lunch: Readonly<Record<string, string>> = {
  'pack.yaml': `name: lunch
description: Serves lunch.
version: 0.3.0
author: ann
dependencies:
  - beans=1.2.0
  - https://git.example.com/st2/stackstorm-ears.git
  - core
`,
  'rules/noon.yaml': `name: noon
trigger:
  type: "beans.hungry"
action:
  ref: "lunch.serve"
`,
  'aliases/feed.yaml': `name: feed
action_ref: "beans.cook"
formats:
  - "feed {{ who }}"
  - display: "lunch [now]"
    representation:
      - "lunch( now)?"
`,
  'aliases/off.yaml': 'name: off\nenabled: false\naction_ref: tea.stop\nformats: ["stop"]\n',
  'policies/one.yaml': 'name: one\nresource_ref: lunch.serve\npolicy_type: action.concurrency\n',
  'actions/serve.yaml': 'name: serve\nrunner_type: orquesta\nentry_point: workflows/serve.yaml\n',
  'actions/workflows/serve.yaml': `version: 1.0
tasks:
  boil:
    action: beans.cook pot="big"
    next:
      - do: pour
  pour:
    action: <% ctx().drink %>.pour
  mine:
    action: lunch.wash
`,
  'actions/chains/clean.yaml': `---
chain:
  -
    name: first
    ref: ears.clean
  - name: second
    ref: "{{ which }}"
`,
  'actions/mistral/old.yaml': `version: '2.0'
lunch.old:
  type: direct
  tasks:
    fetch:
      action: tea.pour cup=1
    none:
      action: std.noop
`,
  'actions/data/tasks.yaml': 'tasks: [1, 2]\n',
  'actions/data/broken.yaml': 'tasks:\n  a: {action: x.y\n',
};

describe('what ties a pack to others', () => {
  const links = linksOf(lunch);

  it('is read from its rules, aliases, policies and workflows, each with its line', () => {
    const shown = links.references.map(
      ({ kind, to, pack, name, file, line }) => `${kind} ${file}:${line} ${to} ${pack}.${name}`,
    );
    expect(shown).toEqual([
      'workflow actions/chains/clean.yaml:5 action ears.clean',
      'workflow actions/mistral/old.yaml:6 action tea.pour',
      'workflow actions/workflows/serve.yaml:4 action beans.cook',
      'workflow actions/workflows/serve.yaml:10 action lunch.wash',
      'alias aliases/feed.yaml:2 action beans.cook',
      'alias aliases/off.yaml:3 action tea.stop',
      'policy policies/one.yaml:2 action lunch.serve',
      'rule rules/noon.yaml:3 trigger beans.hungry',
      'rule rules/noon.yaml:5 action lunch.serve',
    ]);
  });

  it('has the dependencies of pack.yaml, and the lines of the aliases that are on', () => {
    expect(links.version).toBe('0.3.0');
    expect(links.dependencies).toEqual([
      { pack: 'beans', version: '1.2.0', file: 'pack.yaml', line: 6 },
      { pack: 'ears', file: 'pack.yaml', line: 7 },
      { pack: 'core', file: 'pack.yaml', line: 8 },
    ]);
    expect(links.lines.map((line) => line.format)).toEqual(['feed {{ who }}', 'lunch( now)?']);
  });

  it('is nothing where nothing can be read', () => {
    const nothing = { version: '', dependencies: [], references: [], lines: [] };
    expect(linksOf({})).toEqual(nothing);
    const odd = { 'pack.yaml': '- no\n', 'rules/a.yaml': '{', 'aliases/b.yaml': 'formats: 3\nname: [1]\n' };
    expect(linksOf(odd)).toEqual(nothing);
    expect(linksOf({ 'pack.yaml': `${packYaml}dependencies: {a: b}\n` }).dependencies).toEqual([]);
    expect(linksOf({ 'pack.yaml': `${packYaml}dependencies: [3, Up-to-date]\n` }).dependencies).toEqual([]);
  });

  it('says which other packs have to be there, but for those that StackStorm brings', () => {
    const needed = neededBy('lunch', links).map(({ pack, version, by }) => [pack, version, by[0]?.kind]);
    expect(needed).toEqual([
      ['beans', '1.2.0', 'dependency'],
      ['ears', undefined, 'dependency'],
      ['tea', undefined, 'workflow'],
    ]);
  });
});

it.each([
  ['email', { pack: 'email' }],
  ['email=1.0.0', { pack: 'email', version: '1.0.0' }],
  ['https://git.example.com/StackStorm-Exchange/stackstorm-email.git', { pack: 'email' }],
  ['https://git.example.com/packs/email.git=v1.0.0', { pack: 'email', version: 'v1.0.0' }],
  ['git@git.example.com:st2/email.git', { pack: 'email' }],
  ['git@git.example.com:email', { pack: 'email' }],
  ['ssh://git@git.example.com/st2/Email/', { pack: 'email' }],
  ['file:///opt/packs/email', { pack: 'email' }],
  ['/opt/packs/email=master', { pack: 'email', version: 'master' }],
  ['email=', { pack: 'email' }],
  ['', undefined],
  ['=1.0.0', undefined],
])('the dependency %j is %j', (written, dependency) => {
  expect(readDependency(written)).toEqual(dependency);
});

it('compares versions, but not branches or commits', () => {
  expect(isOtherVersion('1.2.0', '1.3.0')).toBe(true);
  expect(isOtherVersion('v1.2.0', '1.2.0')).toBe(false);
  expect(isOtherVersion('main', '1.2.0')).toBe(false);
  expect(isOtherVersion('1.2.0', '')).toBe(false);
  expect(isOtherVersion(undefined, '1.2.0')).toBe(false);
});

describe('what is removed', () => {
  const contentOf = (texts: Readonly<Record<string, string>>) => readPack(packFiles(texts)).content;
  const withoutFiles = (...names: string[]) =>
    Object.fromEntries(Object.entries(beans).filter(([name]) => !names.includes(name)));
  const before = contentOf(beans);
  const links = new Map([
    ['lunch', linksOf(lunch)],
    ['beans', linksOf(beans)],
  ]);

  it('is still named by others, with every place', () => {
    const removed = removedOf('beans', before, contentOf(withoutFiles('actions/cook.yaml')));
    expect(removed).toMatchObject({ actions: new Set(['cook']), triggers: new Set(), isWhole: false });
    expect(stillNamed([removed], links)).toEqual([
      {
        kind: 'still-named',
        pack: 'beans',
        what: 'action',
        ref: 'beans.cook',
        by: [
          { pack: 'lunch', kind: 'workflow', file: 'actions/workflows/serve.yaml', line: 4 },
          { pack: 'lunch', kind: 'alias', file: 'aliases/feed.yaml', line: 2 },
        ],
      },
    ]);
  });

  it('may be a trigger type, also one of a sensor', () => {
    const after = contentOf(withoutFiles('triggers/hungry.yaml', 'sensors/nose.yaml'));
    const removed = removedOf('beans', before, after);
    expect(removed.triggers).toEqual(new Set(['hungry', 'burning']));
    expect(stillNamed([removed], links)).toMatchObject([{ what: 'trigger', ref: 'beans.hungry' }]);
  });

  it('may be a pack: then also those that depend on it are named', () => {
    const others = new Map([['lunch', linksOf(lunch)]]);
    const warnings = stillNamed([removedOf('beans', before, undefined)], others);
    expect(warnings.map((one) => one.kind === 'still-named' && `${one.what} ${one.ref}`)).toEqual([
      'action beans.cook',
      'trigger beans.hungry',
      'pack beans',
    ]);
  });

  it("is told of the pack's own workflows, as nothing else would tell", () => {
    const removed = removedOf(
      'lunch',
      contentOf({ ...lunch, 'actions/wash.yaml': washing }),
      contentOf(lunch),
    );
    expect(stillNamed([removed], links)).toMatchObject([
      { ref: 'lunch.wash', by: [{ pack: 'lunch', kind: 'workflow', line: 10 }] },
    ]);
  });
});

const washing = 'name: wash\nrunner_type: noop\n';
