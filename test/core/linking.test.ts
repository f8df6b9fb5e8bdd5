import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessPolicy, AccessRule, Person } from '../../src/core/access.js';
import { decide } from '../../src/core/access-decide.js';
import type { Actor } from '../../src/core/actor.js';
import { accountName, accountsOf, isSamePerson } from '../../src/core/identity.js';
import { type LinkedAccount, withLinked, withoutLinked } from '../../src/core/linking.js';

const platforms = ['slack', 'irc', 'web', 'terminal'];
const ids = ['ann', 'bob', 'U1', 'U2'];
const universe: readonly Actor[] = platforms.flatMap((platform) =>
  ids.map((userId) => ({ platform, userId, name: userId })),
);
const since = new Date('2026-03-01T12:00:00Z');

/** Who has which account by the config, and which were joined; each account at most once in each. */
const worlds = fc
  .record({
    owners: fc.array(fc.constantFrom(undefined, undefined, 'ann', 'bob', 'jjm'), {
      minLength: universe.length,
      maxLength: universe.length,
    }),
    persons: fc.array(fc.constantFrom(undefined, undefined, 1, 2, 3), {
      minLength: universe.length,
      maxLength: universe.length,
    }),
  })
  .map(({ owners, persons }) => {
    const people: readonly Person[] = ['ann', 'bob', 'jjm'].map((name) => ({
      name,
      accounts: universe
        .filter((_, at) => owners[at] === name)
        .map(({ platform, userId }) => ({ platform, userId })),
    }));
    const linked: readonly LinkedAccount[] = universe.flatMap((actor, at) => {
      const person = persons[at];
      return person === undefined ? [] : [{ ...actor, person, since }];
    });
    return { people, linked };
  });

/** The same by brute force: what the config joins, then each group that is not of several people. */
function oracle(people: readonly Person[], linked: readonly LinkedAccount[]) {
  const names = new Map(universe.map((actor) => [accountName(actor), nameAlone(people, actor)]));
  const groups = new Map<number, Set<string>>();
  for (const one of linked) {
    const name = names.get(accountName(one));
    const known = groups.get(one.person) ?? new Set();
    groups.set(one.person, name === undefined ? known : known.add(name));
  }
  return (a: Actor, b: Actor): boolean => {
    const who = [a, b].map((actor) => {
      const alone = names.get(accountName(actor));
      if (alone !== undefined) return alone;
      const group = linked.find((one) => accountName(one) === accountName(actor));
      const named = [...(groups.get(group?.person ?? 0) ?? [])];
      if (group === undefined || named.length > 1) return accountName(actor);
      return named[0] ?? `group ${group.person}`;
    });
    return who[0] === who[1];
  };
}

function nameAlone(people: readonly Person[], actor: Actor): string | undefined {
  const person = people.find(({ accounts }) =>
    accounts.some((one) => accountName(one) === accountName(actor)),
  );
  if (person !== undefined) return person.name;
  if (!['web', 'terminal'].includes(actor.platform)) return undefined;
  const namesake = people.find(({ name }) => name === actor.userId);
  return namesake?.accounts.some(({ platform }) => platform === actor.platform) ? undefined : actor.userId;
}

/** All pairs of accounts that are one person's, each in both orders. */
function pairs(isSame: (a: Actor, b: Actor) => boolean): readonly string[] {
  return universe.flatMap((a) =>
    universe.filter((b) => isSame(a, b)).map((b) => `${accountName(a)} ${accountName(b)}`),
  );
}

const runs = { numRuns: Number(process.env.FC_RUNS ?? 100) };

describe('joined accounts', () => {
  it('are one person’s by all that the config and their owner say, and never two people’s of the config', () => {
    fc.assert(
      fc.property(worlds, ({ people, linked }) => {
        const all = withLinked(people, linked);
        const isSame = oracle(people, linked);
        expect(pairs((a, b) => isSamePerson(all, a, b))).toEqual(pairs(isSame));
      }),
      runs,
    );
  });

  it('are listed for each of them alike, and each account for one person only', () => {
    fc.assert(
      fc.property(worlds, ({ people, linked }) => {
        const all = withLinked(people, linked);
        const strangers = universe.flatMap((a) => accountsOf(all, a).filter((b) => !isSamePerson(all, a, b)));
        expect(strangers).toEqual([]);
      }),
      runs,
    );
  });

  it('leave the config as it was when they are taken away', () => {
    fc.assert(
      fc.property(worlds, ({ people, linked }) => {
        const without = withoutLinked(withLinked(people, linked));
        const found = pairs((a, b) => isSamePerson(without, a, b));
        expect(found).toEqual(pairs((a, b) => isSamePerson(people, a, b)));
      }),
      runs,
    );
  });
});

const someone = fc.constantFrom('ann', 'bob', ...universe.map(accountName));
const rules: fc.Arbitrary<readonly AccessRule[]> = fc.array(
  fc
    .record({
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      people: fc.array(someone, { minLength: 1 }),
    })
    .map(({ effect, people }) => ({
      effect,
      who: { people, groups: [], channels: [] },
      commands: [],
      repositories: [],
      packs: [],
      branches: [],
      targets: [],
      forced: false,
      place: 'packtrain.yaml:7',
    })),
  { maxLength: 4 },
);

describe('the rights of joined accounts', () => {
  const may = (policy: AccessPolicy, actor: Actor) => decide(policy, { actor, command: 'deploy' }).allowed;

  it('are at most those of the accounts together, and of belongings none is added', () => {
    fc.assert(
      fc.property(worlds, rules, fc.array(someone, { maxLength: 1 }), ({ people, linked }, given, admins) => {
        const base: AccessPolicy = { people, linking: 'everything', admins, groups: new Map(), rules: given };
        const joined = { ...base, people: withLinked(people, linked) };
        for (const actor of universe) {
          const together = universe.filter((one) => isSamePerson(joined.people, one, actor));
          if (may(joined, actor)) expect(together.some((one) => may(base, one))).toBe(true);
          if (may({ ...joined, linking: 'belongings' }, actor)) expect(may(base, actor)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('end where a rule denies one of them by its account', () => {
    fc.assert(
      fc.property(worlds, rules, fc.constantFrom(...universe), ({ people, linked }, given, denied) => {
        const all = withLinked(people, linked);
        const counts = all.flatMap((person) => person.linked ?? []).map(accountName);
        if (!counts.includes(accountName(denied))) return;
        const who = { people: [accountName(denied)], groups: [], channels: [] };
        const denial = { ...given[0], effect: 'deny', who, place: '' } as const;
        const lists = { commands: [], repositories: [], packs: [], branches: [], targets: [], forced: false };
        const policy: AccessPolicy = {
          people: all,
          linking: 'everything',
          admins: [],
          groups: new Map(),
          rules: [...given, { ...lists, ...denial }],
        };
        for (const actor of universe)
          if (isSamePerson(all, actor, denied)) expect(may(policy, actor)).toBe(false);
      }),
      runs,
    );
  });
});
