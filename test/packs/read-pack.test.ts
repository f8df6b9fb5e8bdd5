import { describe, expect, it } from 'vitest';
import type { PackProblem } from '../../src/core/pack.js';
import { formatProblems } from '../../src/packs/format-problems.js';
import { packRefOf } from '../../src/packs/manifest.js';
import { filesToRead } from '../../src/packs/metadata-files.js';
import { hasErrors, readPack } from '../../src/packs/read-pack.js';
import { beans, packFiles, packYaml } from './fixture.js';

/** The problems of the beans pack with some of its files replaced; an undefined one is taken out. */
function problemsWith(changes: Record<string, string | undefined>, folder?: string): readonly PackProblem[] {
  const texts = Object.entries({ ...beans, ...changes }).filter(([, text]) => text !== undefined);
  const files = packFiles(Object.fromEntries(texts) as Record<string, string>);
  return readPack(files, folder === undefined ? {} : { folder }).problems;
}

function linesWith(changes: Record<string, string | undefined>): string[] {
  return formatProblems(problemsWith(changes), 'beans');
}

function codesWith(changes: Record<string, string | undefined>): string[] {
  return problemsWith(changes).map((problem) => `${problem.severity} ${problem.code}`);
}

describe('a pack without fault', () => {
  const { content, problems } = readPack(packFiles(beans), { folder: 'beans' });

  it('has no problems', () => {
    expect(problems).toEqual([]);
  });

  it('is read with one of every content type', () => {
    expect(content).toMatchObject({
      ref: 'beans',
      version: '1.2.0',
      manifest: { name: 'beans', description: 'Cooks beans.', author: 'ann' },
      config: { stove: { type: 'string', required: true } },
      actions: [
        { name: 'cook', runner: 'python-script', entryPoint: 'actions/cook.py', enabled: true },
        { name: 'feast', runner: 'orquesta', entryPoint: 'actions/workflows/feast.yaml' },
      ],
      aliases: [{ name: 'cook', actionRef: 'beans.cook' }],
      rules: [{ name: 'on_hungry', trigger: 'beans.hungry', action: 'beans.cook', enabled: true }],
      sensors: [{ name: 'NoseSensor', entryPoint: 'sensors/nose.py', triggerTypes: ['burning'] }],
      triggers: [{ name: 'hungry' }],
      policies: [{ name: 'one_pot', resourceRef: 'beans.cook', policyType: 'action.concurrency' }],
    });
    expect(content?.aliases[0]?.formats).toEqual([
      { display: 'cook {{ pot }}', representation: ['cook {{ pot }}'] },
      {
        display: 'cook {{ pot }} for {{ minutes }} minutes',
        representation: ['cook {{ pot }} for {{ minutes }}( minutes)?'],
      },
    ]);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(content))).toEqual(content);
  });

  it('needs only its metadata to be read', () => {
    expect(filesToRead(Object.keys(beans))).toEqual([
      'actions/cook.yaml',
      'actions/feast.yaml',
      'aliases/cook.yaml',
      'config.schema.yaml',
      'pack.yaml',
      'policies/one_pot.yaml',
      'rules/on_hungry.yaml',
      'sensors/nose.yaml',
      'triggers/hungry.yaml',
    ]);
  });
});

describe('which files count', () => {
  it('takes .yaml and .yml, but not the old actions/config.yaml, hidden files or JSON', () => {
    const paths = [
      'actions/a.yml',
      'actions/config.yaml',
      'actions/.a.yaml',
      'actions/b.json',
      'tests/x.yaml',
    ];
    expect(filesToRead(paths)).toEqual(['actions/a.yml']);
  });

  it('warns about content in deeper folders, which StackStorm never looks into', () => {
    expect(linesWith({ 'rules/late/night.yaml': 'name: night\n' })).toEqual([
      'beans/rules/late/night.yaml warning StackStorm does not load files in folders below rules/. Move it up, or ignore this.',
    ]);
  });
});

describe('pack.yaml', () => {
  it('has to be there', () => {
    const read = readPack(packFiles({}));
    expect(read.content).toBeUndefined();
    expect(formatProblems(read.problems)).toEqual([
      'pack.yaml error The pack has no pack.yaml. Add one with name, description, version and author.',
    ]);
  });

  it('tells all its problems at once, each with its place', () => {
    const text = 'name: Bean Counter\nversion: 1.0\npython_versions: [3]\n';
    expect(linesWith({ 'pack.yaml': text })).toEqual([
      'beans/pack.yaml:1:1 error The name "Bean Counter" cannot be the ref, which may hold only a-z, 0-9 and _. Add a ref. For example: ref: bean_counter',
      'beans/pack.yaml:1:1 error description is missing. Say what the pack does.',
      'beans/pack.yaml:1:1 error author is missing. Say who wrote the pack.',
      'beans/pack.yaml:2:1 error The version is not of the form x.y.z. Write one like 0.1.0.',
      'beans/pack.yaml:3:1 error python_versions may list only "2" and "3", in quotes.',
    ]);
  });

  it.each(['1.0', '"1.0"', 'v1.0.0', '01.0.0', '1.0.0.0', '1.0.0-RC1', 'release-seven'])(
    'refuses the version %s',
    (version) => {
      expect(codesWith({ 'pack.yaml': packYaml.replace('1.2.0', version) })).toEqual(['error bad-version']);
    },
  );

  it.each(['0.0.1', '10.20.30', '1.0.0-rc.1', '1.0.0+build.5'])('takes the version %s', (version) => {
    expect(problemsWith({ 'pack.yaml': packYaml.replace('1.2.0', version) })).toEqual([]);
  });

  it('takes any name when the ref is valid, and the ref decides', () => {
    const text = packYaml.replace('name: beans', 'name: Bean Counter\nref: beans');
    expect(problemsWith({ 'pack.yaml': text })).toEqual([]);
    expect(packRefOf(text)).toBe('beans');
    expect(packRefOf('name: no-good\n')).toBeUndefined();
  });

  it('refuses a dash in the ref', () => {
    const text = packYaml.replace('name: beans', 'name: beans\nref: my-beans');
    expect(formatProblems(readPack(packFiles({ 'pack.yaml': text })).problems)).toEqual([
      'pack.yaml:2:1 error The ref "my-beans" may hold only a-z, 0-9 and _. For example: ref: my_beans',
    ]);
  });

  it('warns of Python 2, of a StackStorm that this is not, and of a folder with another name', () => {
    const text = `${packYaml}python_versions: ["2"]\nstackstorm_version: ">=99.0.0"\n`;
    const problems = problemsWith({ 'pack.yaml': text }, 'my_beans');
    expect(problems.map((problem) => problem.code).sort()).toEqual([
      'folder-differs',
      'python-version',
      'stackstorm-version',
    ]);
    expect(hasErrors(problems)).toBe(false);
  });

  it('takes a StackStorm range that fits', () => {
    const text = `${packYaml}stackstorm_version: ">=2.1.0, <4.0.0"\n`;
    expect(problemsWith({ 'pack.yaml': text })).toEqual([]);
  });
});

describe('YAML', () => {
  const action = (text: string) => ({ 'actions/cook.yaml': text });

  it('is named with the place where it breaks, and the rest of the pack is still checked', () => {
    const lines = linesWith({
      ...action('name: cook\nparameters: [1, 2\nrunner_type: noop\n'),
      'aliases/cook.yaml': 'name: cook\nformats: ["cook"]\n',
    });
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^beans\/actions\/cook.yaml:3:1 error This is not valid YAML: /);
    expect(lines[1]).toMatch(/^beans\/aliases\/cook.yaml:1:1 error action_ref is missing/);
  });

  it('may hold no key twice', () => {
    expect(linesWith(action('name: cook\nrunner_type: noop\nname: stir\n'))).toContain(
      'beans/actions/cook.yaml:3:1 error This key stands twice, which StackStorm refuses. Keep one of the two.',
    );
  });

  it('may hold no merge keys', () => {
    const text = 'name: cook\nrunner_type: noop\nparameters:\n  a: &a {type: string}\n  b:\n    <<: *a\n';
    expect(linesWith(action(text))).toEqual([
      'beans/actions/cook.yaml:6:5 error StackStorm refuses merge keys (<<). Write the merged keys out.',
    ]);
  });

  it.each([
    ['two documents', 'name: cook\nrunner_type: noop\n---\nname: stir\n'],
    ['a tag of its own', 'name: !secret cook\nrunner_type: noop\n'],
    ['an expression without quotes', 'name: cook\nrunner_type: noop\ndescription: {{ x }}\n'],
    ['an unknown anchor', 'name: cook\nrunner_type: noop\ndescription: *x\n'],
    ['a structure within itself', 'name: cook\nrunner_type: noop\nnotify: &a\n  on-success: *a\n'],
    [
      'aliases that swell beyond measure',
      `name: cook\nrunner_type: noop\ntags:\n  - &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `  - &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`,
    ],
  ])('refuses %s', (_, text) => {
    const own = problemsWith(action(text)).filter((problem) => problem.file === 'actions/cook.yaml');
    expect(own.map((problem) => problem.code)).toEqual(['yaml-broken']);
  });

  it.each([
    ['nothing', ''],
    ['a list', '- name: cook\n'],
    ['text', 'cook\n'],
  ])('refuses a file that holds %s', (_, text) => {
    const own = problemsWith(action(text)).filter((problem) => problem.file === 'actions/cook.yaml');
    expect(own.map((problem) => problem.code)).toEqual(['not-a-mapping']);
  });

  it('reads y and n as text and other words as StackStorm does', () => {
    const text = 'name: y\nrunner_type: noop\nenabled: off\nparameters:\n  n: {type: string}\n';
    const { content, problems } = readPack(packFiles({ 'pack.yaml': packYaml, 'actions/y.yaml': text }));
    expect(problems).toEqual([]);
    expect(content?.actions[0]).toMatchObject({
      name: 'y',
      enabled: false,
      parameters: { n: { type: 'string' } },
    });
  });

  it('keeps hostile keys harmless', () => {
    const text =
      'name: cook\nrunner_type: noop\nparameters:\n  __proto__: {type: string}\n  constructor: {type: string}\n';
    const { content } = readPack(packFiles({ 'pack.yaml': packYaml, 'actions/cook.yaml': text }));
    expect(Object.keys(content?.actions[0]?.parameters ?? {}).sort()).toEqual(['__proto__', 'constructor']);
  });
});

describe('actions', () => {
  it('need a name and a runner', () => {
    expect(linesWith({ 'actions/odd.yaml': 'description: odd\n' })).toEqual([
      'beans/actions/odd.yaml:1:1 error name is missing. Name the action.',
      'beans/actions/odd.yaml:1:1 error runner_type is missing. Name the runner, say python-script.',
    ]);
  });

  it('get a warning for a runner that StackStorm does not bring, and a better one for a retired runner', () => {
    const lines = linesWith({
      'actions/a.yaml': 'name: a\nrunner_type: no-such-runner\n',
      'actions/b.yaml': 'name: b\nrunner_type: run-local\n',
    });
    expect(lines[0]).toMatch(
      /^beans\/actions\/a.yaml:2:1 warning StackStorm does not bring a runner no-such-runner/,
    );
    expect(lines[1]).toBe(
      'beans/actions/b.yaml:2:1 warning StackStorm no longer has the runner run-local. Use local-shell-cmd.',
    );
  });

  it('need their scripts and workflows in the pack', () => {
    expect(linesWith({ 'actions/cook.py': undefined, 'actions/workflows/feast.yaml': undefined })).toEqual([
      'beans/actions/cook.yaml:5:1 error The script actions/cook.py is not in the pack. Add it, or correct entry_point.',
      'beans/actions/feast.yaml:3:1 error The workflow actions/workflows/feast.yaml is not in the pack. Add it, or correct entry_point.',
    ]);
  });

  it('need an entry point that stays in the pack, for runners that run one', () => {
    expect(
      codesWith({
        'actions/a.yaml': 'name: a\nrunner_type: local-shell-script\n',
        'actions/b.yaml': 'name: b\nrunner_type: local-shell-script\nentry_point: ../../other/x.sh\n',
        'actions/c.yaml': 'name: c\nrunner_type: local-shell-script\nentry_point: ../bin/c.sh\n',
        'bin/c.sh': '',
        'actions/d.yaml': 'name: d\nrunner_type: local-shell-cmd\nentry_point: ""\n',
        'actions/e.yaml': 'name: e\nrunner_type: action-chain\nentry_point: chains/e.yaml\n',
      }),
    ).toEqual(['error entry-point-missing', 'error entry-point-missing', 'error workflow-missing']);
  });

  it('need parameters that are schemas', () => {
    const text =
      'name: a\nrunner_type: noop\nparameters:\n  ok: {type: string}\n  bad-name: {type: string}\n  t: {type: str}\n  x:\n';
    expect(linesWith({ 'actions/a.yaml': text })).toEqual([
      'beans/actions/a.yaml:5:3 error The parameter name "bad-name" may hold only letters, digits and _.',
      'beans/actions/a.yaml:6:7 error The parameter t has the unknown type "str". Use one of array, boolean, integer, null, number, object, string.',
      'beans/actions/a.yaml:7:3 error parameters.x must be a mapping with at least a type, not nothing.',
    ]);
  });

  it('may not belong to another pack, nor have fields that StackStorm refuses', () => {
    const text = 'name: a\nrunner_type: noop\npack: peas\nentrypoint: a.py\n';
    expect(linesWith({ 'actions/a.yaml': text })).toEqual([
      'beans/actions/a.yaml:3:1 error It says that it belongs to the pack peas, but this is beans. Correct or drop the line.',
      'beans/actions/a.yaml:4:1 error StackStorm refuses the unknown field entrypoint. Correct or drop it.',
    ]);
  });

  it('may not share a name', () => {
    expect(linesWith({ 'actions/cook2.yaml': beans['actions/cook.yaml'] })).toEqual([
      'beans/actions/cook2.yaml:2:1 error actions/cook.yaml declares cook too, and only one of them would be there. Rename one.',
    ]);
  });
});

describe('the other content types', () => {
  it('a rule needs a trigger and an action', () => {
    expect(linesWith({ 'rules/on_hungry.yaml': 'name: r\ntrigger: {}\naction: beans.cook\n' })).toEqual([
      'beans/rules/on_hungry.yaml:2:1 error trigger.type is missing. Name the trigger type that starts it.',
      'beans/rules/on_hungry.yaml:3:1 error action must be a mapping: lines of the form "key: value", indented.',
    ]);
  });

  it('a rule is off unless it says otherwise', () => {
    const text = 'name: r\ntrigger: {type: core.st2.webhook}\naction: {ref: core.noop}\n';
    const { content } = readPack(packFiles({ 'pack.yaml': packYaml, 'rules/r.yaml': text }));
    expect(content?.rules[0]?.enabled).toBe(false);
  });

  it('a rule may use trigger types of sensors, and gets a warning when only a sensor could make the type', () => {
    const rule = (type: string) => `name: r\ntrigger: {type: ${type}}\naction: {ref: core.noop}\n`;
    expect(codesWith({ 'rules/on_hungry.yaml': rule('beans.burning') })).toEqual([]);
    expect(codesWith({ 'rules/on_hungry.yaml': rule('beans.nope') })).toEqual(['warning unknown-trigger']);
    expect(codesWith({ 'rules/on_hungry.yaml': rule('beans.nope'), 'sensors/nose.yaml': undefined })).toEqual(
      ['error unknown-trigger'],
    );
  });

  it('an alias needs an action and formats', () => {
    expect(linesWith({ 'aliases/cook.yaml': 'name: cook\nformats: []\n' })).toEqual([
      'beans/aliases/cook.yaml:1:1 error action_ref is missing. Name the action that it runs, as pack.action.',
      'beans/aliases/cook.yaml:2:1 error formats is missing. List at least one line that people type.',
    ]);
    expect(codesWith({ 'aliases/cook.yaml': 'name: a\naction_ref: beans.cook\nformats: [3]\n' })).toEqual([
      'error bad-field',
    ]);
  });

  it('a sensor needs a class and its file', () => {
    expect(linesWith({ 'sensors/nose.yaml': 'entry_point: ear.py\n' })).toEqual([
      "beans/sensors/nose.yaml:1:1 error class_name is missing. Name the sensor's Python class.",
      'beans/sensors/nose.yaml:1:1 error The file sensors/ear.py is not in the pack. Add it, or correct entry_point.',
    ]);
  });

  it('a policy needs a resource and a type', () => {
    expect(codesWith({ 'policies/one_pot.yaml': 'name: p\n' })).toEqual([
      'error missing-field',
      'error missing-field',
    ]);
  });

  it('references to actions that the pack does not have are warnings', () => {
    const without = { 'actions/cook.yaml': undefined };
    expect(codesWith(without)).toEqual([
      'warning unknown-action',
      'warning unknown-action',
      'warning unknown-action',
    ]);
  });

  it('a config schema may be all comments, and its options must be schemas', () => {
    expect(codesWith({ 'config.schema.yaml': '---\n# nothing to configure\n' })).toEqual([]);
    expect(linesWith({ 'config.schema.yaml': 'stove: gas\n' })).toEqual([
      'beans/config.schema.yaml:1:1 error stove must be a mapping with at least a type, not text, a number or a list.',
    ]);
  });
});
