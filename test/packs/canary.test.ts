import { describe, expect, it } from 'vitest';
import { canaryDifferences } from '../../src/core/canary.js';
import { formatProblems } from '../../src/packs/format-problems.js';
import { readPack } from '../../src/packs/read-pack.js';
import { beans, packFiles } from './fixture.js';

const read = (text: string) => readPack(packFiles({ ...beans, 'packtrain.yaml': text }));
const problems = (text: string) => formatProblems(read(text).problems, 'beans');

describe("a pack's packtrain.yaml", () => {
  it('names a canary: an action, its parameters, and what must come of it', () => {
    const text = [
      'canary:',
      '  action: cook',
      '  parameters: { pot: small, minutes: 1 }',
      '  expect: { status: failed, result: { result: { cups: 2 } } }',
      '  within: 2m',
    ].join('\n');
    expect(problems(text)).toEqual([]);
    expect(read(text).content?.canary).toEqual({
      action: 'beans.cook',
      parameters: { pot: 'small', minutes: 1 },
      status: 'failed',
      result: { result: { cups: 2 } },
      withinMs: 120_000,
    });
  });

  it('needs no more than an action, which may be of another pack', () => {
    expect(read('canary: { action: core.noop }').content?.canary).toEqual({
      ...{ action: 'core.noop', parameters: {}, status: 'succeeded', result: {}, withinMs: 60_000 },
    });
    expect(readPack(packFiles(beans)).content).not.toHaveProperty('canary');
    expect(read('# nothing yet\ncanary:\n').content).not.toHaveProperty('canary');
  });

  it.each([
    [
      'access:\n  allow: everybody\ncanary: { action: core.noop }',
      "beans/packtrain.yaml:1:1 error access is not read from here: policy is the server's, and a pack's packtrain.yaml holds only a canary. Drop it.",
    ],
    [
      'canery: { action: core.noop }',
      "beans/packtrain.yaml:1:1 error canery is not read from here: policy is the server's, and a pack's packtrain.yaml holds only a canary. Did you mean canary? Drop it.",
    ],
    [
      'canary: {}',
      'beans/packtrain.yaml:1:1 error canary.action is missing. Name the action to run, as pack.action.',
    ],
    [
      'canary:\n  action: beans.cok',
      'beans/packtrain.yaml:2:3 error The pack has no action cok. Did you mean beans.cook?',
    ],
    [
      'canary:\n  action: Beans.',
      'beans/packtrain.yaml:2:3 error "Beans." is no action. Write it as pack.action.',
    ],
    [
      'canary:\n  action: cook\n  wihtin: 1m',
      'beans/packtrain.yaml:3:3 error canary has no wihtin. Did you mean within?',
    ],
    [
      'canary:\n  action: cook\n  expect:\n    colour: green',
      'beans/packtrain.yaml:4:5 error canary.expect has no colour. It takes status, result.',
    ],
    [
      'canary:\n  action: cook\n  within: soon',
      'beans/packtrain.yaml:3:3 error canary.within "soon" is no time. Write one like 30s or 5m.',
    ],
    [
      'canary:\n  action: cook\n  expect:\n    status: fine',
      'beans/packtrain.yaml:4:5 error canary.expect.status is one of succeeded, failed, timeout, canceled, abandoned.',
    ],
    [
      'canary:\n  action: cook\n  expect:\n    result: fine',
      'beans/packtrain.yaml:4:5 error canary.expect.result must be a mapping of the fields that the result must have.',
    ],
    ['- canary', 'beans/packtrain.yaml error This file must hold a mapping: lines of the form "key: value".'],
  ])('says where it is wrong: %j', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});

describe('what came of a canary', () => {
  const wanted = { status: 'succeeded', result: { stdout: 'ok', result: { cups: [1, 2] } } };

  it('is as it must be when all that was named is there', () => {
    const result = { stdout: 'ok', stderr: 'warm', result: { cups: [1, 2], pots: 1 } };
    expect(canaryDifferences(wanted, { status: 'succeeded', result })).toEqual([]);
    expect(canaryDifferences({ status: 'failed', result: {} }, { status: 'failed', result: null })).toEqual(
      [],
    );
  });

  it('is told by what differs', () => {
    const result = { stdout: 'x'.repeat(300), result: { cups: [2, 1] } };
    expect(canaryDifferences(wanted, { status: 'failed', result })).toEqual([
      'it ended failed instead of succeeded',
      `result.stdout is "${'x'.repeat(118)}… instead of "ok"`,
      'result.result.cups is [2,1] instead of [1,2]',
    ]);
    expect(canaryDifferences(wanted, { status: 'succeeded', result: { result: 'None' } })).toEqual([
      'result.stdout is missing',
      'result.result is "None" instead of a mapping',
    ]);
    expect(canaryDifferences(wanted, { status: 'succeeded', result: null })).toEqual([
      'result is null instead of a mapping',
    ]);
  });
});
