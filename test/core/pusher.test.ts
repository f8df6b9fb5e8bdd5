import { expect, it } from 'vitest';
import { knownPusher, ownersOfPush } from '../../src/core/pusher.js';

const by = { host: 'github', name: 'ann', login: 'ann', id: '4711' };
const account = (userId: string) => ({ platform: 'github', userId });

it('a push belongs to whom the config gives the account, then to who joined it, else to whoever may', () => {
  const joined = { name: 'linked:7', accounts: [], linked: [account('id:4711')] };
  const configured = { name: 'ann', accounts: [account('ann')] };
  expect(knownPusher([joined, configured], by)).toMatchObject(account('ann'));
  expect(ownersOfPush([joined, configured], by)).toMatchObject([account('ann')]);
  expect(ownersOfPush([joined], by)).toMatchObject([account('id:4711')]);
  expect(ownersOfPush([], by)).toMatchObject([account('id:4711'), account('ann')]);
});

it('a login of digits is nobody’s id, and a name alone is nobody', () => {
  const people = [{ name: 'ann', accounts: [account('id:4711')] }];
  expect(knownPusher(people, { host: 'github', name: '4711', login: '4711', id: '9' })).toBeUndefined();
  expect(ownersOfPush(people, { host: 'github', name: 'ann' })).toEqual([]);
});
