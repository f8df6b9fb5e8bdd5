import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/checks/verdict.js';
import type { CheckFact, CheckState } from '../../src/core/check.js';
import { newestOfEach } from '../../src/core/newest-fact.js';

const sha = 'a'.repeat(40);
const noon = new Date('2026-03-01T12:00:00Z').getTime();

function fact(name: string, state: CheckState, more: { run?: number; minute?: number } = {}): CheckFact {
  const { minute = 0, ...rest } = more;
  return { sha, name, state, at: new Date(noon + minute * 60_000), ...rest };
}

const rule = (required: string[], allowFailures: string[] = []) => ({ required, allowFailures });
const kind = (...args: Parameters<typeof verdictOf>) => verdictOf(...args).kind;

describe('the rule over checks', () => {
  it('waits for what is missing or pending, and names it', () => {
    const verdict = verdictOf(rule(['build', 'test']), [fact('build', 'pending')], 'beans');
    expect(verdict).toMatchObject({ kind: 'wait', missing: ['test'], pending: [{ name: 'build' }] });
  });

  it('passes once all that is required has succeeded, and blocks on a failure', () => {
    const both = rule(['build', 'test']);
    expect(kind(both, [fact('build', 'success'), fact('test', 'neutral')], 'beans')).toBe('pass');
    const verdict = verdictOf(both, [fact('build', 'failure'), fact('test', 'pending')], 'beans');
    expect(verdict).toMatchObject({ kind: 'block', failed: [{ name: 'build' }] });
  });

  it('takes no notice of checks that are not required', () => {
    expect(kind(rule(['build']), [fact('build', 'success'), fact('audit', 'failure')], 'beans')).toBe('pass');
  });

  it('lets checks fail that may', () => {
    const facts = [fact('test (linux)', 'success'), fact('test (old)', 'failure')];
    expect(kind(rule(['test (*)']), facts, 'beans')).toBe('block');
    expect(kind(rule(['test (*)'], ['test (old)']), facts, 'beans')).toBe('pass');
  });

  it('asks for all that CI tells of when it names nothing, and for at least one', () => {
    expect(verdictOf(rule([]), [], 'beans')).toMatchObject({ kind: 'wait', missing: ['*'] });
    expect(kind(rule([], ['lint']), [fact('build', 'success'), fact('lint', 'failure')], 'beans')).toBe(
      'pass',
    );
    expect(kind(rule([]), [fact('build', 'success'), fact('test', 'pending')], 'beans')).toBe('wait');
  });

  it('counts the newest run of each name: a later success releases, a run begun anew is waited for', () => {
    const failed = fact('build', 'failure', { run: 1 });
    expect(kind(rule(['build']), [failed, fact('build', 'success', { run: 2 })], 'beans')).toBe('pass');
    expect(kind(rule(['build']), [fact('build', 'pending', { run: 3, minute: 1 }), failed], 'beans')).toBe(
      'wait',
    );
  });

  it('judges each pack by the checks that carry its name', () => {
    const perPack = rule(['build', 'test ({pack})']);
    const facts = [fact('build', 'success'), fact('test (beans)', 'success'), fact('test (ears)', 'failure')];
    expect(kind(perPack, facts, 'beans')).toBe('pass');
    expect(kind(perPack, facts, 'ears')).toBe('block');
    expect(verdictOf(perPack, facts, 'corn')).toMatchObject({ kind: 'wait', missing: ['test (corn)'] });
  });

  it('keeps checks of other packs away from a wider pattern', () => {
    const both = rule(['test*', 'test ({pack})']);
    const facts = [fact('test (beans)', 'success'), fact('test (ears)', 'failure')];
    expect(kind(both, facts, 'beans')).toBe('pass');
  });

  it('is not held up by what Packtrain itself says on the commit', () => {
    expect(kind(rule(['*']), [fact('build', 'success'), fact('packtrain/deploy', 'pending')], 'beans')).toBe(
      'pass',
    );
  });
});

const names = ['build', 'lint', 'test (beans)', 'test (ears)'];
const facts = fc.array(
  fc
    .record({
      name: fc.constantFrom(...names),
      state: fc.constantFrom<CheckState>('pending', 'success', 'failure', 'neutral'),
      minute: fc.nat(3),
      run: fc.option(fc.nat(3), { nil: undefined }),
    })
    .map(({ name, state, minute, run }) =>
      fact(name, state, { minute, ...(run === undefined ? {} : { run }) }),
    ),
  { maxLength: 12 },
);
const rules = fc.record({
  required: fc.uniqueArray(fc.constantFrom('build', 'test ({pack})', 'test*', '*')),
  allowFailures: fc.uniqueArray(fc.constantFrom('lint', 'test ({pack})')),
});

describe('for any rule and any facts', () => {
  it('the order in which facts come does not matter', () => {
    fc.assert(
      fc.property(rules, facts, fc.infiniteStream(fc.nat()), (any, list, dice) => {
        const keys = new Map(list.map((one) => [one, dice.next().value ?? 0]));
        const shuffled = [...list].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        expect(verdictOf(any, shuffled, 'beans')).toEqual(verdictOf(any, list, 'beans'));
      }),
    );
  });

  it('what was kept one by one is judged like all at once', () => {
    fc.assert(
      fc.property(rules, facts, (any, list) => {
        const kept = list.reduce<readonly CheckFact[]>((known, one) => newestOfEach(known.concat(one)), []);
        expect(verdictOf(any, kept, 'beans')).toEqual(verdictOf(any, list, 'beans'));
      }),
    );
  });

  it('one more success never makes it worse', () => {
    const worse = { pass: 0, wait: 1, block: 2 } as const;
    fc.assert(
      fc.property(rules, facts, fc.constantFrom(...names), (any, list, name) => {
        const before = verdictOf(any, list, 'beans');
        const after = verdictOf(any, [...list, fact(name, 'success', { run: 9, minute: 9 })], 'beans');
        expect(worse[after.kind]).toBeLessThanOrEqual(worse[before.kind]);
      }),
    );
  });
});
