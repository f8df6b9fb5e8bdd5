import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPack } from '../../src/packs/read-pack.js';
import { packFiles } from './fixture.js';

const folder = new URL('../../../shared/stackstorm/', import.meta.url);
const recorded = existsSync(new URL('registration.jsonl', folder));
const why = recorded ? '' : ' (skipped: ../shared/stackstorm is not here)';

function linesOf<T>(name: string): T[] {
  if (!recorded) return [];
  const text = readFileSync(new URL(name, folder), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

interface Registration {
  readonly pack: string;
  readonly version: string;
  readonly stackstorm_version: string | null;
  readonly python_versions: readonly string[] | null;
  readonly registered: object | null;
}

function packYamlOf(pack: Registration): string {
  const optional = {
    stackstorm_version: pack.stackstorm_version,
    python_versions: pack.python_versions,
  };
  return [
    `ref: ${pack.pack}`,
    `name: ${pack.pack}`,
    'description: A real pack.',
    'author: ann',
    `version: ${JSON.stringify(pack.version)}`,
    ...Object.entries(optional).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
  ].join('\n');
}

describe.skipIf(!recorded)(`the pack.yaml of real packs${why}`, () => {
  const packs = linesOf<Registration>('registration.jsonl');

  it('there are 77 of them', () => expect(packs).toHaveLength(77));

  it.each(packs.map((pack) => [pack.pack, pack] as const))('%s has no errors', (_, pack) => {
    const { content, problems } = readPack(packFiles({ 'pack.yaml': packYamlOf(pack) }), {
      folder: pack.pack,
    });
    expect(content).toMatchObject({ ref: pack.pack, version: pack.version });
    expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    const isOld = pack.python_versions !== null && !pack.python_versions.includes('3');
    expect(problems.map((problem) => problem.code)).toEqual(isOld ? ['python-version'] : []);
  });
});

interface Exchange {
  readonly name: string;
  readonly response: { readonly status: number; readonly body: { readonly faultstring?: string } };
}

/** What the server said to each broken pack, and a pack of ours that is broken in the same way. */
interface BrokenPack {
  readonly exchange: string;
  readonly said: RegExp;
  readonly files: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly finds: readonly string[];
}

const good = 'name: demo\ndescription: Demo pack\nversion: 1.0.0\nauthor: demo\n';
const script = {
  'actions/a.yaml': 'name: a\nrunner_type: local-shell-script\nentry_point: a.sh\n',
  'actions/a.sh': '',
};

const broken: readonly BrokenPack[] = [
  {
    exchange: 'register.no_pack_yaml',
    said: /is missing pack.yaml file/,
    files: script,
    finds: ['error pack-yaml-missing'],
  },
  {
    exchange: 'register.no_version',
    said: /'version' is a required property/,
    files: { 'pack.yaml': good.replace('version: 1.0.0\n', '') },
    finds: ['error missing-field'],
  },
  {
    exchange: 'register.short_version',
    said: /"1.0" doesn't follow a valid semver format/,
    files: { 'pack.yaml': good.replace('1.0.0', '"1.0"') },
    finds: ['error bad-version'],
  },
  {
    exchange: 'register.not_semver',
    said: /"release-seven" doesn't follow a valid semver format/,
    files: { 'pack.yaml': good.replace('1.0.0', 'release-seven') },
    finds: ['error bad-version'],
  },
  {
    exchange: 'register.dash_in_ref',
    said: /dashes are not allowed/,
    files: { 'pack.yaml': `${good}ref: demo-dash\n` },
    finds: ['error bad-ref'],
  },
  {
    exchange: 'register.dash_in_name_no_ref',
    said: /contains invalid characters and "ref" attribute is not available/,
    files: { 'pack.yaml': good.replace('name: demo', 'name: demo-namedash') },
    finds: ['error bad-ref'],
  },
  {
    exchange: 'register.broken_pack_yaml',
    said: /while scanning a quoted scalar/,
    files: { 'pack.yaml': 'name: demo\nversion: 1.0.0\nauthor: "demo\ndescription: Demo\n' },
    finds: ['error yaml-broken'],
  },
  {
    exchange: 'register.broken_action_yaml',
    said: /while parsing a flow sequence/,
    files: {
      'pack.yaml': good,
      'actions/broken.yaml': 'name: broken\nrunner_type: noop\ntags: [a, b\nx: y\n',
    },
    finds: ['error yaml-broken'],
  },
  {
    exchange: 'register.unknown_runner',
    said: /RunnerType no-such-runner is not found/,
    files: { 'pack.yaml': good, 'actions/zz.yaml': 'name: zz\nrunner_type: no-such-runner\n' },
    finds: ['warning unknown-runner'],
  },
  {
    exchange: 'register.rule_unknown_trigger',
    said: /Cannot create trigger/,
    files: {
      'pack.yaml': good,
      ...script,
      'rules/r.yaml': 'name: r\ntrigger: {type: demo.nothing}\naction: {ref: demo.a}\n',
    },
    finds: ['error unknown-trigger'],
  },
  {
    exchange: 'register.alias_no_action_ref',
    said: /'action_ref' is a required property/,
    files: { 'pack.yaml': good, 'aliases/r.yaml': 'name: r\nformats: ["r"]\n' },
    finds: ['error missing-field'],
  },
];

/** What the server takes without a word, and what is said about it here. */
const accepted: readonly Omit<BrokenPack, 'said'>[] = [
  {
    exchange: 'register.entry_point_absent',
    files: { 'pack.yaml': good, 'actions/a.yaml': script['actions/a.yaml'] },
    finds: ['error entry-point-missing'],
  },
  {
    exchange: 'register.rule_unknown_action',
    files: {
      'pack.yaml': good,
      'rules/r.yaml': 'name: r\ntrigger: {type: core.st2.webhook}\naction: {ref: demo.nothing}\n',
    },
    finds: ['warning unknown-action'],
  },
  {
    exchange: 'register.folder_is_not_ref',
    files: { 'pack.yaml': `${good}ref: demo_other\n`, ...script },
    folder: 'demo_folder',
    finds: ['warning folder-differs'],
  },
  {
    exchange: 'register.duplicate_action_name',
    files: { 'pack.yaml': good, ...script, 'actions/b.yaml': script['actions/a.yaml'] },
    finds: ['error duplicate-name'],
  },
  {
    exchange: 'register.old_python_versions',
    files: { 'pack.yaml': `${good}python_versions: ["2"]\n`, ...script },
    finds: ['warning python-version'],
  },
  {
    exchange: 'register.stackstorm_version_too_new',
    files: { 'pack.yaml': `${good}stackstorm_version: ">=99.0.0"\n`, ...script },
    finds: ['warning stackstorm-version'],
  },
];

function found({ files, folder }: Pick<BrokenPack, 'files' | 'folder'>): string[] {
  const { problems } = readPack(packFiles(files), folder === undefined ? {} : { folder });
  return problems.map((problem) => `${problem.severity} ${problem.code}`);
}

describe('packs that StackStorm refused', () => {
  it.each(broken.map((pack) => [pack.exchange, pack] as const))(
    '%s is found before it is asked',
    (_, pack) => {
      expect(found(pack)).toEqual(pack.finds);
    },
  );
});

describe('packs that StackStorm took', () => {
  it.each(accepted.map((pack) => [pack.exchange, pack] as const))('%s gets our word', (_, pack) => {
    expect(found(pack)).toEqual(pack.finds);
  });
});

describe.skipIf(!recorded)(`the recorded registrations${why}`, () => {
  const exchanges = linesOf<Exchange>('transcripts.jsonl');
  const answerTo = (name: string) => exchanges.find((exchange) => exchange.name === name)?.response;

  it.each(broken.map((pack) => [pack.exchange, pack] as const))(
    '%s was refused for that reason',
    (_, pack) => {
      const answer = answerTo(pack.exchange);
      expect(answer?.status).toBe(400);
      expect(answer?.body.faultstring).toMatch(pack.said);
    },
  );

  it.each(accepted.map((pack) => [pack.exchange, pack] as const))('%s was taken', (_, pack) => {
    expect(answerTo(pack.exchange)?.status).toBe(200);
  });

  it('no refusal of a pack is left out', () => {
    const refusals = exchanges
      .filter(({ response }) => response.status === 400)
      .filter(({ response }) => response.body.faultstring?.startsWith('Failed to register') === true)
      .map((exchange) => exchange.name);
    const covered = broken.map((pack) => pack.exchange);
    // This one asks for all packs by mistake and meets the pack without a version.
    expect(refusals.filter((name) => name !== 'register.bad_body_field').sort()).toEqual(
      covered.filter((name) => refusals.includes(name)).sort(),
    );
  });
});
