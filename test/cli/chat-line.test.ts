import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/chat/parse/parse.js';
import { deployLine, lineOf } from '../../src/cli/chat-line.js';

const config = { chat: { prefix: '!', web: { channels: ['general'] }, formats: new Map() } };

function read(line: string) {
  const parsed = parseLine(line, config, { addressed: true, isShared: false });
  if (parsed.kind !== 'command') throw new Error(`${line} is read as ${parsed.kind}`);
  return { command: parsed.command.name, values: { ...parsed.values } };
}

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/);
const pack = fc.stringMatching(/^[a-z0-9_]{1,10}$/);
// What Git allows in the name of a branch, and then some.
const branch = fc.oneof(
  fc.constantFrom(
    'packs',
    'branch',
    'a=b',
    "it's",
    'say-"hi"',
    '`x`',
    'feature/*x*',
    'to',
    'a,b',
    '#1',
    '--a',
  ),
  fc.stringMatching(/^[A-Za-z0-9_/="'`.,#@+-]{1,16}$/),
);

describe('the line that stands for a command line', () => {
  it('is read by chat as what was meant, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('deploy', 'diff'),
        name,
        fc.uniqueArray(pack, { minLength: 1, maxLength: 3 }),
        branch,
        (command, repository, packs, ref) => {
          const intent = { kind: 'deploy', repository, packs: { kind: 'named', packs }, ref } as const;
          expect(read(deployLine(command, intent))).toEqual({
            command,
            values: { repo_name: repository, packs: packs.join(','), branch: ref },
          });
        },
      ),
    );
  });

  it('says last why checks are ignored', () => {
    const packs = { kind: 'named' as const, packs: ['beans'] };
    const why = { adopt: true, ignoringChecks: 'main is red for 2h' };
    const line = deployLine('deploy', { kind: 'deploy', repository: 'R', packs, ...why });
    expect(read(line).values).toEqual({
      ...{ repo_name: 'R', packs: 'beans', adopt: 'true' },
      because: 'main is red for 2h',
    });
  });

  it('leaves out what was left out, and forces what is forced', () => {
    const intent = { kind: 'deploy', repository: 'R', packs: { kind: 'differing' } } as const;
    expect(read(deployLine('deploy', { ...intent, ref: 'for', forMs: 5_400_000 })).values).toEqual({
      repo_name: 'R',
      branch: 'for',
      for: '1h30m',
    });
    expect(read(deployLine('deploy', intent)).values).toEqual({ repo_name: 'R' });
    expect(read(deployLine('deploy', { ...intent, adopt: true })).values).toEqual({
      repo_name: 'R',
      adopt: 'true',
    });
    expect(read(deployLine('diff', { ...intent, packs: { kind: 'all' } })).values).toEqual({
      repo_name: 'R',
      packs: '*',
    });
  });

  it.each([
    ['status', ['beans'], { pack: 'beans' }],
    ['status', [undefined], {}],
    ['why', ['beans'], { pack: 'beans' }],
    ['who', [undefined], {}],
    ['extend', ['beans', '30m'], { pack: 'beans', by: '30m' }],
    ['give', ['beans', '@bob'], { pack: 'beans', person: '@bob' }],
    ['steal', ['beans'], { pack: 'beans' }],
    ['confirm', ['#42'], { id: '#42' }],
    ['defer', [undefined], {}],
    ['list', ['house-packs'], { repo_name: 'house-packs' }],
    ['history', ['beans'], { pack: 'beans' }],
    ['queue', [undefined], {}],
  ] as const)('%s %j', (command, values, expected) => {
    expect(read(lineOf(command, values))).toEqual({ command, values: expected });
  });
});
