import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import { isSamePerson } from '../../src/core/identity.js';
import { withLinked } from '../../src/core/linking.js';
import { holdingLinks, joinAccounts, linkedAccounts, partAccounts } from '../../src/store/linked-accounts.js';
import { withStore } from '../fixtures/opened-store.js';

const store = withStore();
const since = new Date('2026-03-01T12:00:00Z');
const accounts: readonly Actor[] = ['slack', 'irc', 'discord', 'matrix', 'xmpp', 'teams'].map((platform) => ({
  platform,
  userId: 'U1',
  name: platform,
}));

const index = fc.nat({ max: accounts.length - 1 });
/** Join two accounts, or take one out. */
const steps = fc.array(fc.record({ a: index, b: fc.option(index, { nil: undefined, freq: 3 }) }), {
  maxLength: 10,
});

function at(place: number): Actor {
  const account = accounts[place];
  if (account === undefined) throw new Error('there is no such account');
  return account;
}

/** Which accounts are one person's: the number of each one's person. */
function model(all: readonly { readonly a: number; readonly b: number | undefined }[]): readonly number[] {
  const person = accounts.map((_, place) => place);
  for (const [step, { a, b }] of all.entries()) {
    const [own = a, other = b] = [person[a], b === undefined ? undefined : person[b]];
    if (other === undefined) person[a] = accounts.length + step;
    else for (const place of person.keys()) if (person[place] === other) person[place] = own;
  }
  return person;
}

describe('joined accounts in the database', () => {
  it('are one person’s exactly as they were joined and taken out, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await store.pool.query('delete from packtrain.linked_accounts');
        for (const { a, b } of all)
          await holdingLinks(store.db, async (tx) => {
            if (b === undefined) return await partAccounts(tx, [at(a)]);
            // As the door does: an account is not joined with itself.
            if (a === b) return;
            const pair = [at(a), at(b)].map((actor) => ({ actor, origin: undefined }));
            await joinAccounts(tx, pair as [(typeof pair)[0], (typeof pair)[0]], since);
          });
        const linked = await linkedAccounts(store.db);
        const people = withLinked([], linked);
        const found = accounts.map((one) => accounts.findIndex((other) => isSamePerson(people, one, other)));
        const person = model(all);
        expect(found).toEqual(person.map((own) => person.indexOf(own)));
        // Nobody is kept who is joined with nobody.
        const sizes = new Map<number, number>();
        for (const one of linked) sizes.set(one.person, (sizes.get(one.person) ?? 0) + 1);
        expect([...sizes.values()].every((size) => size > 1)).toBe(true);
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 40) },
    );
  });

  it('come out the same however many join at once', async () => {
    await store.pool.query('delete from packtrain.linked_accounts');
    const hub = { actor: at(0), origin: undefined };
    await Promise.all(
      accounts
        .slice(1)
        .map((actor) =>
          holdingLinks(store.db, (tx) => joinAccounts(tx, [{ actor, origin: undefined }, hub], since)),
        ),
    );
    const linked = await linkedAccounts(store.db);
    expect(linked).toHaveLength(accounts.length);
    expect(new Set(linked.map(({ person }) => person)).size).toBe(1);
  });
});
