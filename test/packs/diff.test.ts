import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes, type PackContent } from '../../src/core/content.js';
import type { JsonObject } from '../../src/core/json.js';
import { describeDiff } from '../../src/packs/describe.js';
import { diffContent, isEmptyDiff } from '../../src/packs/diff.js';
import { readPack } from '../../src/packs/read-pack.js';
import { summarizeDiff } from '../../src/packs/summarize.js';
import { beans, packFiles, packYaml } from './fixture.js';

type Texts = Readonly<Record<string, string>>;

function contentOf(texts: Texts): PackContent {
  const { content } = readPack(packFiles(texts));
  if (content === undefined) throw new Error('the fixture has no content');
  return content;
}

/** The diff from the beans pack to itself with some files replaced, told in both ways. */
function change(changes: Texts, removed: readonly string[] = []) {
  const after = Object.fromEntries(
    Object.entries({ ...beans, ...changes }).filter(([path]) => !removed.includes(path)),
  );
  const diff = diffContent(contentOf(beans), contentOf(after), [...Object.keys(changes), ...removed]);
  return { diff, line: summarizeDiff(diff), lines: describeDiff(diff) };
}

const cook = beans['actions/cook.yaml'] ?? '';

describe('what changed in a pack', () => {
  it('a new action', () => {
    const { line, lines } = change({
      'actions/stir.yaml': 'name: stir\ndescription: Stirs the pot\nrunner_type: noop\n',
    });
    expect(line).toBe('adds the action `beans.stir`');
    expect(lines).toEqual(['*beans* 1.2.0', '• new action `beans.stir`: Stirs the pot']);
  });

  it('parameters: a new one, a gone one, a changed one', () => {
    const parameters = `parameters:
  pot:
    type: string
    required: false
    description: Which pot
  spices:
    type: array
    required: true
`;
    const { diff, line, lines } = change({
      'actions/cook.yaml': cook.replace(/parameters:[\s\S]*/, parameters),
    });
    expect(line).toBe('changes a required parameter of the action `beans.cook`');
    expect(lines).toEqual([
      '*beans* 1.2.0',
      '• changed action `beans.cook`: parameter `minutes` removed; parameter `pot`: description `Which pot` added, no longer required; new required parameter `spices`',
    ]);
    expect(diff.content).toEqual([
      {
        change: 'changed',
        type: 'actions',
        name: 'cook',
        description: 'Cooks a pot of beans.',
        details: [
          { kind: 'parameter', change: 'removed', name: 'minutes', required: false, attributes: [] },
          {
            kind: 'parameter',
            change: 'changed',
            name: 'pot',
            required: false,
            attributes: [
              { field: 'description', before: null, after: 'Which pot' },
              { field: 'required', before: true, after: false },
            ],
          },
          { kind: 'parameter', change: 'added', name: 'spices', required: true, attributes: [] },
        ],
      },
    ]);
  });

  it('a default', () => {
    const { line, lines } = change({ 'actions/cook.yaml': cook.replace('default: 20', 'default: 30') });
    expect(line).toBe('changes the parameters of the action `beans.cook`');
    expect(lines[1]).toBe('• changed action `beans.cook`: parameter `minutes`: default `20` → `30`');
  });

  it('the default of a secret is never told', () => {
    const withKey = (value: string) =>
      `${cook}  key:\n    type: string\n    secret: true\n    default: ${value}\n`;
    const before = contentOf({ ...beans, 'actions/cook.yaml': withKey('hunter2') });
    const after = contentOf({ ...beans, 'actions/cook.yaml': withKey('hunter3') });
    const diff = diffContent(before, after);
    expect(describeDiff(diff)[1]).toBe(
      '• changed action `beans.cook`: parameter `key`: default `•••` → `•••`',
    );
    expect(JSON.stringify(diff)).not.toContain('hunter');
  });

  it('the code behind an action, a workflow and a sensor', () => {
    const files = ['actions/cook.py', 'actions/workflows/feast.yaml', 'sensors/nose.py'];
    const { diff, line, lines } = change(Object.fromEntries(files.map((file) => [file, '# new\n'])));
    expect(line).toBe('changes 2 actions, changes the code of the sensor `beans.NoseSensor`');
    expect(lines.slice(1)).toEqual([
      '• changed action `beans.cook`: new code in `actions/cook.py`',
      '• changed action `beans.feast`: new code in `actions/workflows/feast.yaml`',
      '• changed sensor `beans.NoseSensor`: new code in `sensors/nose.py`',
    ]);
    expect(diff.otherFiles).toEqual([]);
  });

  it('runner, entry point and whether it is enabled', () => {
    const text = `${cook.replace('cook.py', 'boil.sh').replace('python-script', 'local-shell-script')}enabled: false\n`;
    const { lines } = change({ 'actions/cook.yaml': text, 'actions/boil.sh': '' }, ['actions/cook.py']);
    expect(lines).toEqual([
      '*beans* 1.2.0',
      '• changed action `beans.cook`: disabled; entry_point `actions/cook.py` → `actions/boil.sh`; runner_type `python-script` → `local-shell-script`',
    ]);
  });

  it('the lines of an alias', () => {
    const alias = beans['aliases/cook.yaml']?.replace('"cook {{ pot }}"', '"boil {{ pot }}"') ?? '';
    const { line, lines } = change({ 'aliases/cook.yaml': alias.replace('( minutes)?', ' minutes') });
    expect(line).toBe('changes the lines of the alias `boil {{ pot }}`');
    expect(lines[1]).toBe(
      '• changed alias `boil {{ pot }}`: new line `boil {{ pot }}`; no more `cook {{ pot }}`; representation of "cook {{ pot }} for {{ minutes }} minutes" `["cook {{ pot }} for {{ minutes }}( minutes)?"]` → `["cook {{ pot }} for {{ minutes }} minutes"]`',
    );
  });

  it('an alias that is gone is told by its line', () => {
    const { line, lines } = change({}, ['aliases/cook.yaml']);
    expect(line).toBe('removes the alias `cook {{ pot }}`');
    expect(lines[1]).toBe('• removed alias `cook {{ pot }}`: Cook some beans');
  });

  it('a rule: trigger, criteria and action', () => {
    const { lines } = change({
      'rules/on_hungry.yaml': `name: on_hungry
trigger: {type: core.st2.IntervalTimer, parameters: {unit: hours, delta: 4}}
criteria: {trigger.pot: {type: exists}}
action: {ref: beans.feast}
enabled: true
`,
    });
    expect(lines[1]).toBe(
      '• changed rule `beans.on_hungry`: action `beans.cook` → `beans.feast`; action.parameters `{"pot":"{{ trigger.pot }}"}` → `{}`; criteria `{}` → `{"trigger.pot":{"type":"exists"}}`; trigger `beans.hungry` → `core.st2.IntervalTimer`; trigger.parameters `{}` → `{"unit":"hours","delta":4}`',
    );
  });

  it('triggers, sensors and policies', () => {
    const { lines } = change({
      'triggers/hungry.yaml': 'name: hungry\npayload_schema:\n  type: array\n',
      'policies/one_pot.yaml': beans['policies/one_pot.yaml']?.replace('threshold: 1', 'threshold: 2') ?? '',
      'sensors/nose.yaml': beans['sensors/nose.yaml']?.replace('name: burning', 'name: burnt') ?? '',
    });
    expect(lines.slice(1)).toEqual([
      '• changed sensor `beans.NoseSensor`: trigger_types `["burning"]` → `["burnt"]`',
      '• changed trigger `beans.hungry`: payload_schema `{"type":"object"}` → `{"type":"array"}`',
      '• changed policy `beans.one_pot`: parameters `{"threshold":1}` → `{"threshold":2}`',
    ]);
  });

  it('pack.yaml, the configuration and the version', () => {
    const { line, lines } = change({
      'pack.yaml': packYaml.replace('1.2.0', '1.3.0').replace('ann', 'bob'),
      'config.schema.yaml': 'stove:\n  type: string\nplates:\n  type: integer\n  required: true\n',
    });
    expect(line).toBe('changes its configuration options, version 1.2.0 → 1.3.0');
    expect(lines).toEqual([
      '*beans* 1.2.0 → 1.3.0',
      '• pack.yaml: author `ann` → `bob`',
      '• config new required option `plates`',
      '• config option `stove`: no longer required',
    ]);
  });

  it('files that belong to no content', () => {
    const { diff, line, lines } = change({ 'README.md': '# More beans\n', 'lib/x.py': '' });
    expect(diff.otherFiles).toEqual(['README.md', 'lib/x.py']);
    expect(line).toBe('changes 2 other files');
    expect(lines).toEqual(['*beans* 1.2.0', '• 2 other files: `README.md`, `lib/x.py`']);
  });

  it('a metadata file of which only a comment changed counts as an other file', () => {
    const { diff } = change({ 'actions/cook.yaml': `# better\n${cook}` });
    expect(diff.content).toEqual([]);
    expect(diff.otherFiles).toEqual(['actions/cook.yaml']);
  });

  it('a metadata file that moved changes nothing', () => {
    expect(change({ 'actions/boil.yaml': cook }, ['actions/cook.yaml']).diff.content).toEqual([]);
  });

  it('a new pack, and one that goes', () => {
    const added = diffContent(undefined, contentOf(beans), Object.keys(beans));
    expect(summarizeDiff(added)).toBe(
      'new pack, 1.2.0 with 2 actions, 1 alias, 1 rule, 1 sensor, 1 trigger, 1 policy',
    );
    expect(describeDiff(added)[0]).toBe('*beans* 1.2.0 (new pack)');
    const removed = diffContent(contentOf(beans), undefined);
    expect(summarizeDiff(removed)).toBe(
      'removes the pack with 2 actions, 1 alias, 1 rule, 1 sensor, 1 trigger, 1 policy',
    );
    expect(describeDiff(removed)[0]).toBe('*beans* 1.2.0 (pack removed)');
  });

  it('nothing', () => {
    const { diff, line, lines } = change({});
    expect(isEmptyDiff(diff)).toBe(true);
    expect(line).toBe('no changes');
    expect(lines).toEqual(['*beans* 1.2.0', 'No changes.']);
  });

  it('a great many things are told in part', () => {
    const many = Array.from({ length: 100 }, (_, i) => [
      `actions/a${i}.yaml`,
      `name: a${i}\nrunner_type: noop\n`,
    ]);
    const { diff, line } = change(Object.fromEntries(many));
    expect(line).toBe('adds 100 actions');
    const lines = describeDiff(diff, { maxLines: 10 });
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('…and 92 more');
  });
});

const name = fc.stringMatching(/^[a-z][a-z_]{0,5}$/);
const json: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.oneof(name, fc.constantFrom('__proto__', 'constructor', 'required', 'default')),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  { maxKeys: 4 },
);
const item = fc.record({ name, file: name, description: fc.string(), enabled: fc.boolean(), other: json });

function itemsOf<T extends object>(more: fc.Arbitrary<T>) {
  const items = fc.tuple(item, more).map(([base, rest]) => ({ ...base, ...rest }));
  return fc.uniqueArray(items, { selector: (one) => one.name, maxLength: 4 });
}

const format = fc.record({ display: fc.string(), representation: fc.array(fc.string(), { maxLength: 2 }) });
const anyContent: fc.Arbitrary<PackContent> = fc.record({
  ref: fc.constant('beans'),
  version: fc.constantFrom('1.0.0', '1.1.0'),
  manifest: json,
  config: fc.dictionary(name, json, { maxKeys: 3 }),
  actions: itemsOf(
    fc.record(
      { runner: name, parameters: fc.dictionary(name, json, { maxKeys: 3 }), entryPoint: name },
      { requiredKeys: ['runner', 'parameters'] },
    ),
  ),
  aliases: itemsOf(fc.record({ actionRef: name, formats: fc.array(format, { maxLength: 3 }) })),
  rules: itemsOf(
    fc.record({
      trigger: name,
      triggerParameters: json,
      criteria: json,
      action: name,
      actionParameters: json,
    }),
  ),
  sensors: itemsOf(fc.record({ entryPoint: name, triggerTypes: fc.array(name, { maxLength: 2 }) })),
  triggers: itemsOf(fc.record({ payloadSchema: json, parametersSchema: json })),
  policies: itemsOf(fc.record({ resourceRef: name, policyType: name, parameters: json })),
});

// Content has been JSON before: it is read by way of it, and stored.
const content = anyContent.map((made) => JSON.parse(JSON.stringify(made)) as PackContent);

function namesIn(pack: PackContent | undefined): Set<string> {
  return new Set(contentTypes.flatMap((type) => (pack?.[type] ?? []).map((one) => `${type} ${one.name}`)));
}

describe('whatever a pack holds', () => {
  it('differs from itself in nothing', () => {
    fc.assert(fc.property(content, (a) => isEmptyDiff(diffContent(a, structuredClone(a)))));
  });

  it('is all added where there was no pack, and all removed where there is none', () => {
    fc.assert(
      fc.property(content, (a) => {
        for (const [diff, kind] of [
          [diffContent(undefined, a), 'added'],
          [diffContent(a, undefined), 'removed'],
        ] as const) {
          expect(new Set(diff.content.map((one) => `${one.type} ${one.name}`))).toEqual(namesIn(a));
          expect(diff.content.every((one) => one.change === kind)).toBe(true);
        }
      }),
    );
  });

  it('has the names that the diff leads to', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const names = namesIn(a);
        for (const one of diffContent(a, b).content) {
          const key = `${one.type} ${one.name}`;
          expect(names.has(key)).toBe(one.change !== 'added');
          if (one.change === 'added') names.add(key);
          if (one.change === 'removed') names.delete(key);
        }
        expect(names).toEqual(namesIn(b));
      }),
    );
  });

  it('is compared the same in both directions', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const mirror = { added: 'removed', removed: 'added', changed: 'changed' } as const;
        const back = diffContent(b, a).content.map((one) => [one.type, one.name, one.change]);
        const forth = diffContent(a, b).content.map((one) => [one.type, one.name, mirror[one.change]]);
        expect(back).toEqual(forth);
      }),
    );
  });

  it('leaves no changed file untold, and survives being stored', () => {
    fc.assert(
      fc.property(content, content, fc.array(name, { maxLength: 5 }), (a, b, files) => {
        const diff = diffContent(a, b, files);
        expect(JSON.parse(JSON.stringify(diff))).toEqual(diff);
        const empty = isEmptyDiff(diff);
        if (files.length > 0) expect(empty).toBe(false);
        expect(summarizeDiff(diff) === 'no changes').toBe(empty);
      }),
    );
  });

  it('is told in one line, and in as many lines as asked for', () => {
    fc.assert(
      fc.property(content, content, fc.integer({ min: 3, max: 20 }), (a, b, maxLines) => {
        const diff = diffContent(a, b);
        expect(summarizeDiff(diff)).not.toMatch(/\n/);
        const lines = describeDiff(diff, { maxLines });
        expect(lines.length).toBeLessThanOrEqual(maxLines);
        expect(lines.join('')).not.toMatch(/\n/);
      }),
    );
  });
});
