import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf } from '../../src/chat/commands/canonical.js';
import type { Asking } from '../../src/chat/commands/command.js';
import { commandTable } from '../../src/chat/commands/table.js';
import { parseLine, type Spoken } from '../../src/chat/parse/parse.js';
import { checkFormats } from '../../src/chat/parse/vocabulary.js';
import type { Config } from '../../src/config/config.js';
import type { DeployIntent, Intent } from '../../src/core/intent.js';
import { isPackRef } from '../../src/core/pack.js';
import { sentence } from '../../src/core/reason.js';
import { ok } from '../../src/core/result.js';
import { ann, configOf, now, url } from './fixture.js';
import { memoryDeployments } from './memory-deployments.js';

const shared: Spoken = { addressed: false, isShared: true };
const ownRoom: Spoken = { addressed: false, isShared: false };
const addressed: Spoken = { addressed: true, isShared: false };

/** What a line gives: a command with its values, the sentence of a near miss, or nothing. */
function read(line: string, spoken: Spoken = shared, config = configOf()): unknown {
  const parsed = parseLine(line, config, spoken);
  if (parsed.kind === 'not-for-bot') return undefined;
  if (parsed.kind === 'near-miss') return sentence(parsed.refusal);
  return [parsed.command.name, parsed.values];
}

function askingWith(config: Config): Asking {
  return {
    actor: ann,
    config,
    deployments: memoryDeployments(() => config),
    commands: commandTable,
    now,
    url,
    createLoginLink: async () => '',
    shownUrl: (text) => text,
    permit: () => ok(undefined),
    mayEver: () => true,
  };
}

/** The intent that a line becomes. */
async function intentOf(line: string, config = configOf()): Promise<Intent | string | undefined> {
  const parsed = parseLine(line, config, shared);
  if (parsed.kind === 'near-miss') return sentence(parsed.refusal);
  if (parsed.kind === 'not-for-bot' || parsed.command.kind !== 'intent') return undefined;
  const intent = await parsed.command.intent(parsed.values, askingWith(config));
  return intent.ok ? intent.value : sentence(intent.refusal);
}

const house = { kind: 'deploy', repository: 'house-packs' } as const;
const beans = { kind: 'named', packs: ['beans'] } as const;

describe('pack deploy', () => {
  it.each<[string, DeployIntent]>([
    ['!pack deploy house-packs beans', { ...house, packs: beans }],
    ['!pack deploy house-packs beans main', { ...house, packs: beans, ref: 'main' }],
    ['!pack deploy house-packs', { ...house, packs: { kind: 'differing' } }],
    ['!pack deploy house-packs *', { ...house, packs: { kind: 'all' } }],
    ['!pack deploy house-packs beans,ears', { ...house, packs: { kind: 'named', packs: ['beans', 'ears'] } }],
    [
      '!pack deploy house-packs beans, ears ,tea main',
      { ...house, packs: { kind: 'named', packs: ['beans', 'ears', 'tea'] }, ref: 'main' },
    ],
    ['!pack deploy house-packs packs beans branch main', { ...house, packs: beans, ref: 'main' }],
    ['!pack deploy house-packs packs beans', { ...house, packs: beans }],
    ['!pack deploy house-packs branch main', { ...house, packs: { kind: 'differing' }, ref: 'main' }],
    ['!pack deploy house-packs branch main packs beans', { ...house, packs: beans, ref: 'main' }],
    ['!pack deploy house-packs beans branch main', { ...house, packs: beans, ref: 'main' }],
    [
      '!pack deploy house-packs packs beans, ears branch feature/x',
      { ...house, packs: { kind: 'named', packs: ['beans', 'ears'] }, ref: 'feature/x' },
    ],
    [
      '!pack deploy house-packs beans feature/x for 2h',
      { ...house, packs: beans, ref: 'feature/x', forMs: 7_200_000 },
    ],
    [
      '!pack deploy house-packs packs beans branch feature/x for 1h30m',
      { ...house, packs: beans, ref: 'feature/x', forMs: 5_400_000 },
    ],
    [
      '!pack deploy house-packs beans feature/x for=30m',
      { ...house, packs: beans, ref: 'feature/x', forMs: 1_800_000 },
    ],
    ['!pack deploy house-packs for 2h', { ...house, packs: { kind: 'differing' }, forMs: 7_200_000 }],
    [
      '!pack deploy house-packs beans Feature/factor-out-earwax-beans',
      { ...house, packs: beans, ref: 'Feature/factor-out-earwax-beans' },
    ],
  ])('%s', async (line, intent) => {
    expect(await intentOf(line)).toEqual(intent);
  });

  it.each([
    ['a value with =', '!pack deploy house-packs beans feature/a=b', 'feature/a=b'],
    ['several of them', '!pack deploy house-packs beans x=1/y=2', 'x=1/y=2'],
    ['a key of another command', '!pack deploy house-packs beans to=1', 'to=1'],
    ['double quotes', '!pack deploy house-packs "beans" "feature/x"', 'feature/x'],
    ['single quotes', "!pack deploy house-packs 'beans' 'feature/x'", 'feature/x'],
    ['smart quotes', '!pack deploy house-packs “beans” ‘feature/x’', 'feature/x'],
    ['a branch that is called branch', '!pack deploy house-packs packs beans branch "branch"', 'branch'],
    ['a pair', '!pack deploy house-packs packs=beans branch=feature/x', 'feature/x'],
    ['a pair in quotes', '!pack deploy house-packs beans branch="feature/x"', 'feature/x'],
    ['a pair with = in its value', '!pack deploy house-packs beans branch=feature/a=b', 'feature/a=b'],
    ['braces', '!pack deploy house-packs beans feature/{x}', 'feature/{x}'],
  ])('takes a branch with %s', async (_, line, ref) => {
    expect(await intentOf(line)).toEqual({ ...house, packs: beans, ref });
  });

  it.each([
    ['capitals', '!Pack DEPLOY house-packs Packs beans'],
    ['much white space', '  !pack   deploy\thouse-packs \n beans  '],
    ['no-break spaces', '!pack\u00A0deploy\u00A0house-packs\u202Fbeans'],
    ['invisible signs', '\uFEFF!pack deploy \u200Bhouse-packs beans\u200D'],
    ['code marks around it', '`!pack deploy house-packs beans`'],
    ['a code block around it', '```!pack deploy house-packs beans```'],
    ['code marks around a word', '!pack deploy `house-packs` beans`'],
    ['bold marks around a word', '!pack deploy *house-packs* *beans*'],
    ['a link that a chat made', '!pack deploy <http://house-packs|house-packs> beans'],
    ['a Markdown link', '!pack deploy [house-packs](http://house-packs) beans'],
    ['a space after the prefix', '! pack deploy house-packs beans'],
  ])('bears %s', async (_, line) => {
    expect(await intentOf(line)).toEqual({ ...house, packs: beans });
  });

  it.each(['--adopt', '—adopt', '--adopt=true', 'adopt=true', 'adopt=yes'])(
    'takes %s wherever it stands',
    async (option) => {
      const forced = { ...house, packs: beans, adopt: true };
      expect(await intentOf(`!pack deploy house-packs beans ${option}`)).toEqual(forced);
      expect(await intentOf(`!pack deploy house-packs ${option} beans`)).toEqual(forced);
    },
  );

  it.each([
    ['beans', { packs: beans }],
    ['beans feature/x', { packs: beans, ref: 'feature/x' }],
    ['packs beans branch main for 2h', { packs: beans, ref: 'main', forMs: 7_200_000 }],
    ['', { packs: { kind: 'differing' } }],
  ])('ignores checks, and keeps why: %s', async (words, more) => {
    const line = `!pack deploy house-packs ${words} ignoring checks because the build machine is on fire`;
    const ignoringChecks = 'the build machine is on fire';
    expect(await intentOf(line)).toEqual({ ...house, ...more, ignoringChecks });
  });

  it('is not forced by adopt=false', async () => {
    expect(await intentOf('!pack deploy house-packs beans adopt=false')).toEqual({ ...house, packs: beans });
    expect(await intentOf('!pack deploy house-packs beans adopt=maybe')).toMatch(
      /`adopt=maybe` is not understood/,
    );
  });
});

describe('the other commands', () => {
  it.each([
    ['!pack rollback beans', { kind: 'rollback', pack: 'beans' }],
    ['!pack rollback beans to last', { kind: 'rollback', pack: 'beans' }],
    ['!pack rollback beans to 1a2b3c4', { kind: 'rollback', pack: 'beans', to: '1a2b3c4' }],
    ['!pack rollback beans main@1a2b3c4', { kind: 'rollback', pack: 'beans', to: 'main@1a2b3c4' }],
    ['!pack rollback beans on prod', { kind: 'rollback', pack: 'beans', target: 'prod' }],
    ['!pack rollback beans to 1a2b on prod', { kind: 'rollback', pack: 'beans', to: '1a2b', target: 'prod' }],
    ['!pack cancel', { kind: 'cancel' }],
    ['!pack cancel 42', { kind: 'cancel', deployment: 42 }],
    ['!pack cancel #42', { kind: 'cancel', deployment: 42 }],
    ['!pack return beans', { kind: 'return', pack: 'beans' }],
    ['!pack return beans now', { kind: 'return', pack: 'beans', force: true }],
    ['!pack return beans --now', { kind: 'return', pack: 'beans', force: true }],
    ['!pack return beans on prod NOW', { kind: 'return', pack: 'beans', target: 'prod', force: true }],
    ['!pack extend beans 30m', { kind: 'extend', pack: 'beans', by: 1_800_000 }],
    ['!pack extend beans by 1h30m', { kind: 'extend', pack: 'beans', by: 5_400_000 }],
    ['!pack extend beans for 2H', { kind: 'extend', pack: 'beans', by: 7_200_000 }],
    ['!pack extend beans overnight', { kind: 'extend', pack: 'beans', by: 'overnight' }],
    ['!pack give beans @bob', { kind: 'give', pack: 'beans', to: 'bob' }],
    ['!pack give beans to bob', { kind: 'give', pack: 'beans', to: 'bob' }],
    ['!pack give beans @bob:example.com', { kind: 'give', pack: 'beans', to: 'bob:example.com' }],
    ['!pack give beans to <@U0123>', { kind: 'give', pack: 'beans', to: 'U0123' }],
    ['!pack steal beans', { kind: 'steal', pack: 'beans' }],
    ['!pack confirm 42', { kind: 'confirm', deployment: 42 }],
    ['!pack defer', { kind: 'defer' }],
    ['!pack defer #42', { kind: 'defer', deployment: 42 }],
    ['!pack cancel beans', "`beans` is no deployment's number. Say it like this: `!pack cancel 42`."],
  ])('%s', async (line, intent) => {
    expect(await intentOf(line)).toEqual(intent);
  });

  it.each([
    [
      '!pack lock beans because we clean it',
      { scope: { kind: 'pack', pack: 'beans' }, because: 'we clean it' },
    ],
    [
      '!pack lock * for 2h because migration',
      { scope: { kind: 'everything' }, because: 'migration', forMs: 7_200_000 },
    ],
    [
      '!pack lock house-packs because of “the” migration, and a=b for 30m',
      {
        scope: { kind: 'repository', repository: 'house-packs' },
        because: 'of the migration,and a=b',
        forMs: 1_800_000,
      },
    ],
    [
      '!pack lock House-Packs because we wait for bob',
      { scope: { kind: 'repository', repository: 'house-packs' }, because: 'we wait for bob' },
    ],
    [
      '!pack lock repository house-packs for 1h because x',
      { scope: { kind: 'repository', repository: 'house-packs' }, because: 'x', forMs: 3_600_000 },
    ],
    ['!pack lock pack house-packs because x', { scope: { kind: 'pack', pack: 'house-packs' }, because: 'x' }],
    ['!pack lock EVERYTHING because x', { scope: { kind: 'everything' }, because: 'x' }],
    [
      '!pack lock beans because x for=2h',
      { scope: { kind: 'pack', pack: 'beans' }, because: 'x', forMs: 7_200_000 },
    ],
  ])('%s', async (line, intent) => {
    expect(await intentOf(line)).toEqual({ kind: 'lock', ...intent });
  });

  it.each([
    ['!pack unlock beans', { kind: 'pack', pack: 'beans' }],
    ['!pack unlock house-packs', { kind: 'repository', repository: 'house-packs' }],
    ['!pack unlock pack house-packs', { kind: 'pack', pack: 'house-packs' }],
    ['!pack unlock *', { kind: 'everything' }],
  ])('%s', async (line, scope) => {
    expect(await intentOf(line)).toEqual({ kind: 'unlock', scope });
  });

  it.each([
    [
      '!pack lock beans',
      '`!pack lock` lacks why. Say it like this: `!pack lock beans for 2h because the grinder is being cleaned`.',
    ],
    [
      '!pack lock because migration',
      '`!pack lock` lacks what to lock (a pack, a repository or `*`). Say it like this: `!pack lock beans for 2h because the grinder is being cleaned`.',
    ],
    [
      '!pack lock beans for ever because x',
      '"ever" is no duration. Write whole numbers with their units, the largest first, such as 12s, 10m, 1h30m or 2d.',
    ],
    [
      '!pack lock thing beans because x',
      "I don't understand what `thing beans` is. Name a pack, a repository, or `*` for everything, as in `pack lock repository house-packs`.",
    ],
    [`!pack lock beans because ${'x'.repeat(301)}`, expect.stringMatching(/^A reason has at most 300/)],
    [
      '!pack lock repository hose-packs because x',
      'There is no repository hose-packs in the config. Did you mean house-packs?',
    ],
    ['!pack extend beans', expect.stringMatching(/^`!pack extend` lacks how much longer/)],
    ['!pack extend beans soon', expect.stringMatching(/^"soon" is no duration\. Write whole/)],
    ['!pack extend beans 0m', expect.stringMatching(/^"0m" is no duration\./)],
    ['!pack return beans later', '`now=later` is not understood. Say `--now`, or leave it out.'],
    ['!pack give beans', expect.stringMatching(/^`!pack give` lacks to whom/)],
    ['!pack confirm', 'ann, no deployment waits for your word. See whose turn it is with `pack queue`.'],
    ['!pack deploy house-packs beans x for 2 weeks', expect.stringMatching(/^I don't understand/)],
    ['!pack deploy house-packs beans x for ever', expect.stringMatching(/^"ever" is no duration/)],
    ['!pack deploy house-packs beans x for', expect.stringMatching(/lacks how long after `for`/)],
  ])('%s is refused', async (line, answer) => {
    expect(await intentOf(line)).toEqual(answer);
  });

  it.each([
    ['!pack why beans', ['why', { pack: 'beans' }]],
    ['!pack who', ['who', {}]],
    ['!pack who beans', ['who', { pack: 'beans' }]],
    [
      '!pack diff house-packs packs beans branch main',
      ['diff', { repo_name: 'house-packs', packs: 'beans', branch: 'main' }],
    ],
    ['!pack status', ['status', {}]],
    ['!pack status beans', ['status', { pack: 'beans' }]],
    ['!pack history beans', ['history', { pack: 'beans' }]],
    ['!pack queue', ['queue', {}]],
    ['!pack list house-packs', ['list', { repo_name: 'house-packs' }]],
    ['!pack login', ['login', {}]],
    ['!pack help', ['help', {}]],
    ['!pack', ['help', {}]],
    ['!pack help deploy', ['help', { command: 'deploy' }]],
    ['!show git clone house-packs', ['clone', { repo_name: 'house-packs' }]],
  ])('%s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  it('need no prefix, and no `pack`, when they are said to the bot itself', () => {
    expect(read('pack status beans', addressed)).toEqual(['status', { pack: 'beans' }]);
    expect(read('status beans', addressed)).toEqual(['status', { pack: 'beans' }]);
    expect(read('!pack status beans', addressed)).toEqual(['status', { pack: 'beans' }]);
    expect(read('pack status beans', shared)).toBeUndefined();
  });

  it('take another prefix', () => {
    const config = configOf({ prefix: 'train' });
    expect(read('train pack status', shared, config)).toEqual(['status', {}]);
    expect(read('trainpack status', shared, config)).toBeUndefined();
    expect(read('!pack status', shared, config)).toBeUndefined();
  });

  it('have examples and formats that work', () => {
    for (const { name, example, formats } of commandTable) {
      expect(read(`!${example}`)).toEqual([name, expect.anything()]);
      for (const format of formats.flatMap((one) => one.representation)) {
        const line = format.replace(/\{\{(\w+)\}\}/g, 'v_$1');
        expect(read(`!${line}`), line).toEqual([name, expect.anything()]);
      }
    }
  });
});

describe('a near miss', () => {
  it.each([
    [
      '!pck deploy house-packs beans',
      "I don't know `!pck deploy house-packs beans`. Did you mean `!pack deploy house-packs beans`?",
    ],
    [
      '!pack delpoy house-packs beans',
      "I don't know `!pack delpoy house-packs beans`. Did you mean `!pack deploy house-packs beans`?",
    ],
    [
      '!pack-deploy house-packs',
      "I don't know `!pack-deploy house-packs`. Did you mean `!pack deploy house-packs`?",
    ],
    ['!packs status', "I don't know `!packs status`. Did you mean `!pack status`?"],
    ['!pack frobnicate', "I don't know `!pack frobnicate`. Say `!pack help` to see what I do know."],
    [
      '!pack anounce skp beans',
      "I don't know `!pack anounce skp beans`. Did you mean `!pack announce skip beans`?",
    ],
    [
      '!pack announce beans',
      "I don't know `!pack announce beans`. Did you mean `!pack announce preview beans`?",
    ],
    ['!pack anounce', "I don't know `!pack anounce`. Did you mean `!pack announce preview beans`?"],
    [
      '!show git cloen house-packs',
      "I don't know `!show git cloen house-packs`. Did you mean `!show git clone house-packs`?",
    ],
    [
      '!pack deploy',
      '`!pack deploy` lacks the repository. Say it like this: `!pack deploy house-packs beans,ears feature/decaf`.',
    ],
    [
      '!pack deploy house-packs beans branch',
      '`!pack deploy` lacks the branch after `branch`. Say it like this: `!pack deploy house-packs beans,ears feature/decaf`.',
    ],
    [
      '!pack deploy house-packs packs branch main',
      '`!pack deploy` lacks the packs after `packs`. Say it like this: `!pack deploy house-packs beans,ears feature/decaf`.',
    ],
    [
      '!pack rollback',
      '`!pack rollback` lacks the pack. Say it like this: `!pack rollback beans to 1a2b3c4`.',
    ],
    [
      '!pack rollback to main',
      '`!pack rollback` lacks the pack. Say it like this: `!pack rollback beans to 1a2b3c4`.',
    ],
    [
      '!pack deploy house-packs beans main now please',
      "I don't understand `!pack deploy house-packs beans main now please`. It goes `!pack deploy {{repo_name}} {{packs=changed}} {{branch=default}}`, say `!pack deploy house-packs beans,ears feature/decaf`.",
    ],
    [
      '!pack deploy house-packs --force',
      '`!pack deploy` has no option `--force`. It has `--adopt`, `--overwrite`.',
    ],
    ['!pack status --adopt', '`!pack status` has no option `--adopt`. Say it again without.'],
  ])('%s', (line, answer) => {
    expect(read(line)).toBe(answer);
  });

  it.each([
    '!karma bob++',
    '!back later',
    '!deploy beans',
    '!status',
    '!help',
    '!show me',
    '!',
    '!!!',
    'pack deploy x',
    'we should pack deploy',
    '',
  ])('is not what %j is, where other bots listen', (line) => expect(read(line)).toBeUndefined());

  it('is also a command without `pack` in our own rooms, where no other bot listens', () => {
    expect(read('!deploy house-packs', ownRoom)).toBe(
      "I don't know `!deploy house-packs`. Did you mean `!pack deploy house-packs`?",
    );
    expect(read('!karma bob++', ownRoom)).toBeUndefined();
  });

  it('is whatever else is said to the bot itself', () => {
    expect(read('thank you!', addressed)).toBe(
      "I don't know `thank you!`. Say `!pack help` to see what I do know.",
    );
    expect(read('', addressed)).toEqual(['help', {}]);
  });

  it('is a command that is too long, whose beginning alone would be another one', () => {
    const packs = Array.from({ length: 1_000 }, (_, i) => `pack_${i}`).join(',');
    expect(read(`!pack deploy house-packs ${packs}`)).toMatch(
      /^I don't understand `!pack deploy house-packs pack_0,/,
    );
    expect(read(`${'a'.repeat(1_000_000)}`)).toBeUndefined();
  });

  it('shows a long line only in part', () => {
    expect(String(read(`!pack ${'x'.repeat(3_000)}`)).length).toBeLessThan(200);
    expect(String(read(`!pack deploy ${'x '.repeat(3_000)}`)).length).toBeLessThan(400);
  });
});

describe('formats of the config', () => {
  const withFormats = (...formats: string[]) => configOf({ formats: [['deploy', formats]] });

  it('are commands like the built-in ones', () => {
    const config = withFormats('ship {{packs}} from {{repo_name}} {{branch=master}}', 'raus mit {{packs}}');
    expect(read('!ship beans from house-packs', shared, config)).toEqual([
      'deploy',
      { packs: 'beans', repo_name: 'house-packs', branch: 'master' },
    ]);
    expect(read('!ship beans, ears from house-packs x=y', shared, config)).toEqual([
      'deploy',
      { packs: 'beans,ears', repo_name: 'house-packs', branch: 'x=y' },
    ]);
    expect(read('!raus mit beans --adopt', shared, config)).toEqual([
      'deploy',
      { packs: 'beans', adopt: 'true' },
    ]);
    expect(read('!pack deploy house-packs', shared, config)).toEqual([
      'deploy',
      { repo_name: 'house-packs' },
    ]);
  });

  it('count their case, and a near miss of them is answered', () => {
    const config = withFormats('ship {{packs}} now');
    expect(read('!Ship beans now', shared, config)).toMatch(/^I don't know `!Ship beans now`/);
    expect(read('!shop beans now', shared, config)).toBeUndefined();
  });

  it('win over the built-in ones', () => {
    const config = withFormats('pack deploy {{packs}} to {{branch}}');
    expect(read('!pack deploy beans to main', shared, config)).toEqual([
      'deploy',
      { packs: 'beans', branch: 'main' },
    ]);
  });

  it('need no repository where there is one only', async () => {
    const [one] = configOf().repositories;
    const config = configOf({
      formats: [['deploy', ['ship {{packs}}']]],
      repositories: one === undefined ? [] : [one],
    });
    expect(await intentOf('!ship beans', config)).toEqual({ ...house, packs: beans });
    expect(await intentOf('!ship beans', withFormats('ship {{packs}}'))).toBe(
      "I can't tell which repository beans should come from. Name one of house-packs, doorbell, as in `!pack deploy house-packs beans`.",
    );
  });

  it('are checked, and bad ones are left out', () => {
    const formats = new Map([
      ['deploy', ['ship {{packs}}', 'ship ({{packs}}', 'ship {{pack}}']],
      ['rollback', ['undo {{pack}}', 'undo it']],
    ] as const);
    const config = configOf({ formats: [...formats] });
    expect(checkFormats(config).map(({ path, text }) => [path.join('.'), text.split('.')[0]])).toEqual([
      ['chat.formats.deploy.1', expect.stringContaining('The format "ship ({{packs}}" is not valid')],
      [
        'chat.formats.deploy.2',
        expect.stringContaining('has the parameter pack, which deploy does not know'),
      ],
      ['chat.formats.rollback.1', expect.stringContaining('lacks the parameter pack, which rollback needs')],
    ]);
    expect(read('!undo beans', shared, config)).toEqual(['rollback', { pack: 'beans' }]);
    expect(read('!undo it', shared, config)).toEqual(['rollback', { pack: 'it' }]);
  });
});

describe('whatever is said', () => {
  it('never throws', () => {
    const config = configOf({ formats: [['deploy', ['ship {{packs}} {{branch=master}}']]] });
    const words = fc.constantFrom(
      '!pack',
      'pack',
      'deploy',
      'rollback',
      'packs',
      'branch',
      ',',
      '"',
      "'",
      '=',
      'adopt=',
      '--adopt',
      '`',
      '*',
      '<http://a|b>',
      '{{x}}',
      '\\',
      'a=b',
      '!',
      'ship',
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(line, fc.boolean(), fc.boolean(), (text, isAddressed, isShared) => {
        const parsed = parseLine(text, config, { addressed: isAddressed, isShared });
        if (parsed.kind === 'near-miss') sentence(parsed.refusal);
      }),
    );
  });

  it('an intent said in full is read as the same intent', async () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
    const pack = fc.stringMatching(/^[a-z0-9_]{1,12}$/).filter(isPackRef);
    const plain = fc
      .stringMatching(/^[A-Za-z0-9_./@#+,='"{}()!$%&;<>|-]{1,24}$/)
      .filter((text) => text.trim() !== '');
    const ref = fc.oneof(
      plain,
      fc.constantFrom(
        'packs',
        'branch',
        'to',
        'on',
        'for',
        '--adopt',
        'a=b',
        'branch=x',
        '`x`',
        "it's",
        'x,',
      ),
    );
    const named = fc
      .uniqueArray(pack, { minLength: 1, maxLength: 4 })
      .map((packs) => ({ kind: 'named' as const, packs }));
    const packs = fc.oneof(
      named,
      fc.constant({ kind: 'all' as const }),
      fc.constant({ kind: 'differing' as const }),
    );
    const time = fc.integer({ min: 1, max: 400_000_000 });
    const deploy = fc.record(
      {
        kind: fc.constant('deploy' as const),
        repository: name,
        packs,
        ref,
        forMs: time,
        adopt: fc.constant(true as const),
      },
      { requiredKeys: ['kind', 'repository', 'packs'] },
    );
    const rollback = fc.record(
      {
        kind: fc.constant('rollback' as const),
        pack,
        to: fc.stringMatching(/^[0-9a-f]{4,40}$/),
        target: name,
      },
      { requiredKeys: ['kind', 'pack'] },
    );
    const cancel = fc.record(
      { kind: fc.constant('cancel' as const), deployment: fc.integer({ min: 1, max: 999_999 }) },
      { requiredKeys: ['kind'] },
    );
    const back = fc.record(
      { kind: fc.constant('return' as const), pack, target: name, force: fc.constant(true as const) },
      { requiredKeys: ['kind', 'pack'] },
    );
    const extend = fc.record({
      kind: fc.constant('extend' as const),
      pack,
      by: fc.oneof(time, fc.constant('overnight' as const)),
    });
    const give = fc.record({ kind: fc.constant('give' as const), pack, to: name });
    const steal = fc.record({ kind: fc.constant('steal' as const), pack });
    const scope = fc.oneof(
      fc.record({ kind: fc.constant('pack' as const), pack }),
      fc.constant({ kind: 'repository' as const, repository: 'house-packs' }),
      fc.constant({ kind: 'everything' as const }),
    );
    const because = fc
      .array(fc.oneof(plain, fc.constantFrom('for', '2h', 'because', 'to')), { minLength: 1, maxLength: 5 })
      .map((words) => words.join(' '))
      .filter((text) => !/ for \S+$|--/u.test(text));
    const lock = fc.record(
      { kind: fc.constant('lock' as const), scope, because, forMs: time },
      { requiredKeys: ['kind', 'scope', 'because'] },
    );
    const unlock = fc.record({ kind: fc.constant('unlock' as const), scope });
    const confirm = fc.record({
      kind: fc.constant('confirm' as const),
      deployment: fc.integer({ min: 1, max: 999_999 }),
    });
    const others = [back, extend, give, steal, lock, lock, unlock, confirm];
    await fc.assert(
      fc.asyncProperty(fc.oneof(deploy, deploy, rollback, cancel, ...others), async (intent) => {
        expect(await intentOf(`!${lineOf(intent)}`)).toEqual(intent);
      }),
      { numRuns: 500 },
    );
  });
});
