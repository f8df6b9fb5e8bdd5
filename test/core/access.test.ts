import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessPolicy, AccessQuestion, AccessRule } from '../../src/core/access.js';
import { decide, mayEver } from '../../src/core/access-decide.js';
import { type Actor, packtrainItself } from '../../src/core/actor.js';
import { commandNames } from '../../src/core/commands.js';

function web(name: string): Actor {
  return { platform: 'web', userId: name, name };
}

function rule(effect: 'allow' | 'deny', parts: Partial<AccessRule> = {}): AccessRule {
  return {
    effect,
    who: { people: [], groups: [], channels: [] },
    commands: [],
    repositories: [],
    packs: [],
    branches: [],
    targets: [],
    forced: false,
    place: 'packtrain.yaml:7',
    ...parts,
  };
}

function who(parts: Partial<AccessRule['who']>): AccessRule['who'] {
  return { people: [], groups: [], channels: [], ...parts };
}

function policy(rules: readonly AccessRule[], parts: Partial<AccessPolicy> = {}): AccessPolicy {
  const groups = new Map([['ops', ['bob']]]);
  return { people: [], linking: 'everything', admins: ['ann'], groups, rules, ...parts };
}

const deployBeans: AccessQuestion = {
  actor: web('jjm'),
  channel: { platform: 'web', channel: 'general' },
  command: 'deploy',
  repository: 'Beans',
  packs: ['beans'],
  branch: 'main',
  target: 'default',
};

describe('without rules', () => {
  it('everybody may deploy', () => {
    expect(decide(policy([]), deployBeans)).toEqual({ allowed: true });
  });

  it('only admins may force, and the refusal names them', () => {
    expect(decide(policy([]), { ...deployBeans, forced: true })).toEqual({
      allowed: false,
      rule: 'only admins may deploy by force',
      whoCan: ['ann'],
    });
    expect(decide(policy([]), { ...deployBeans, forced: true, actor: web('ann') }).allowed).toBe(true);
  });
});

describe('with an allow rule', () => {
  const rules = [rule('allow', { who: who({ groups: ['ops'] }), packs: ['bean*'] })];

  it('those it names may, the others are told who can', () => {
    expect(decide(policy(rules), { ...deployBeans, actor: web('bob') }).allowed).toBe(true);
    expect(decide(policy(rules), deployBeans)).toEqual({
      allowed: false,
      rule: 'no rule allows you `deploy` of beans from Beans branch main on target default (allow rules: packtrain.yaml:7)',
      whoCan: ['ann', 'bob'],
    });
  });

  it('every pack of a request must be allowed', () => {
    const both = { ...deployBeans, actor: web('bob'), packs: ['beans', 'corn'] };
    const decision = decide(policy(rules), both);
    expect(decision).toMatchObject({ allowed: false, whoCan: ['ann'] });
    expect(decision).toHaveProperty('rule', expect.stringContaining('`deploy` of corn'));
  });

  it('reading stays open', () => {
    for (const command of ['status', 'list', 'history', 'queue', 'diff', 'help', 'login'] as const)
      expect(decide(policy(rules), { ...deployBeans, command }).allowed).toBe(true);
  });

  it('does not cover forced requests unless it says so', () => {
    const asked = { ...deployBeans, actor: web('bob'), forced: true };
    expect(decide(policy(rules), asked).allowed).toBe(false);
    expect(decide(policy([rule('allow', { ...rules[0], forced: true })]), asked).allowed).toBe(true);
  });

  it('names the channel in which the asker could', () => {
    const inOps = [rule('allow', { who: who({ channels: ['deploys'] }) })];
    expect(decide(policy(inOps, { admins: [] }), deployBeans)).toMatchObject({ whoCan: ['jjm in #deploys'] });
    const channel = { platform: 'web', channel: '#Deploys' };
    expect(decide(policy(inOps), { ...deployBeans, channel }).allowed).toBe(true);
  });
});

describe('a deny rule', () => {
  const freeze = rule('deny', { commands: ['deploy'], targets: ['default'], because: 'of the audit' });

  it('wins over allow rules and over admins, and is quoted with its place', () => {
    const rules = [rule('allow'), freeze];
    expect(decide(policy(rules), { ...deployBeans, actor: web('ann') })).toEqual({
      allowed: false,
      rule: 'packtrain.yaml:7 denies everybody `deploy` on target default, because of the audit',
      whoCan: [],
    });
  });

  it('stops what Packtrain does by itself, which otherwise needs no allow rule', () => {
    const byItself = { ...deployBeans, actor: packtrainItself };
    expect(decide(policy([rule('allow', { who: who({ people: ['ann'] }) })]), byItself).allowed).toBe(true);
    expect(decide(policy([freeze]), byItself).allowed).toBe(false);
  });

  it('with forced denies nothing else', () => {
    const rules = [rule('deny', { forced: true })];
    expect(decide(policy(rules), deployBeans).allowed).toBe(true);
    expect(decide(policy(rules), { ...deployBeans, actor: web('ann'), forced: true }).allowed).toBe(false);
  });

  it('takes a pack out of a request for several', () => {
    const rules = [rule('deny', { packs: ['corn'] })];
    expect(decide(policy(rules), { ...deployBeans, packs: ['beans', 'corn'] }).allowed).toBe(false);
    expect(decide(policy(rules), deployBeans).allowed).toBe(true);
  });
});

describe('who somebody is', () => {
  const people = [{ name: 'ann', accounts: [{ platform: 'slack', userId: 'U1' }] }];
  const forced = { ...deployBeans, forced: true };

  it('follows the accounts of the config', () => {
    const actor = { platform: 'slack', userId: 'U1', name: 'whatever' };
    expect(decide(policy([], { people }), { ...forced, actor }).allowed).toBe(true);
  });

  it('is never taken from a name that people give themselves', () => {
    const actors = [
      { platform: 'irc', userId: 'ann', name: 'ann' },
      { platform: 'slack', userId: 'U2', name: 'ann' },
      { platform: 'web', userId: 'slack:U1', name: 'ann' },
    ];
    for (const actor of actors) {
      const admins = ['ann', 'slack:U1'];
      expect(decide(policy([], { people, admins }), { ...forced, actor }).allowed).toBe(false);
    }
  });

  it('leaves a web account to the person that the config gives it to', () => {
    const mapped = [{ name: 'ann', accounts: [{ platform: 'web', userId: 'annie' }] }];
    expect(decide(policy([], { people: mapped }), { ...forced, actor: web('annie') }).allowed).toBe(true);
    expect(decide(policy([], { people: mapped }), { ...forced, actor: web('ann') }).allowed).toBe(false);
  });
});

describe('what help lists', () => {
  it('leaves out what no rule could ever allow, and what is denied throughout', () => {
    const rules = [
      rule('allow', { who: who({ people: ['bob'] }), commands: ['deploy'], packs: ['beans'] }),
      rule('deny', { who: who({ people: ['bob'] }), commands: ['history'] }),
      rule('deny', { who: who({ people: ['bob'] }), packs: ['corn'] }),
    ];
    const may = commandNames.filter((command) => mayEver(policy(rules), { actor: web('bob'), command }));
    expect(may).toEqual([
      'deploy',
      'adoptable',
      'preview',
      'why',
      'who',
      'whoami',
      'diff',
      'status',
      'list',
      'queue',
      'clone',
      'help',
      'login',
    ]);
  });
});

const names = ['ann', 'bob', 'jjm'];
const some = (values: readonly string[]) => fc.subarray([...values, '*'], { maxLength: 2 });
const rules = fc.array(
  fc.record({
    effect: fc.constantFrom('allow' as const, 'deny' as const),
    who: fc.record({ people: fc.subarray(names), groups: fc.subarray(['ops']), channels: some(['general']) }),
    commands: some(['deploy', 'rollback', 'status']),
    repositories: some(['Beans']),
    packs: some(['beans', 'corn']),
    branches: some(['main', 'feature/*']),
    targets: some(['default']),
    forced: fc.boolean(),
    place: fc.constant('packtrain.yaml:1'),
  }),
  { maxLength: 5 },
);
const questions = fc.record({
  actor: fc.constantFrom(...names.map(web), packtrainItself),
  channel: fc.constantFrom(...['general', 'ops'].map((channel) => ({ platform: 'web', channel }))),
  command: fc.constantFrom(...commandNames),
  repository: fc.constantFrom('Beans', 'Corn'),
  packs: fc.subarray(['beans', 'corn', 'peas']),
  branch: fc.constantFrom('main', 'feature/x', 'other'),
  target: fc.constantFrom('default', 'other'),
  forced: fc.boolean(),
});

describe('for all policies and questions', () => {
  it('adding a deny rule never allows more', () => {
    fc.assert(
      fc.property(rules, rules, questions, (before, added, question) => {
        const denials = added.map((r) => ({ ...r, effect: 'deny' as const }));
        const after = decide(policy([...denials, ...before]), question).allowed;
        expect(after && !decide(policy(before), question).allowed).toBe(false);
      }),
    );
  });

  it('what a deny rule speaks of is refused, whatever else is allowed and in whatever order', () => {
    fc.assert(
      fc.property(rules, questions, fc.boolean(), (others, question, last) => {
        const denial = rule('deny', { commands: [question.command], targets: [question.target] });
        const all = last ? [...others, denial] : [denial, ...others];
        expect(decide(policy(all), question).allowed).toBe(false);
      }),
    );
  });

  it('everybody named as able is able', () => {
    fc.assert(
      fc.property(rules, questions, (given, question) => {
        const decision = decide(policy(given), question);
        if (decision.allowed || question.actor === packtrainItself) return;
        for (const name of decision.whoCan.filter((n) => !n.includes(' ')))
          expect(decide(policy(given), { ...question, actor: web(name) }).allowed).toBe(true);
      }),
    );
  });

  it('what is allowed is also listed by help', () => {
    fc.assert(
      fc.property(rules, questions, (given, question) => {
        if (question.forced || question.actor === packtrainItself) return;
        if (decide(policy(given), question).allowed) expect(mayEver(policy(given), question)).toBe(true);
      }),
    );
  });
});
