import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.js';
import { findPerson } from '../../src/deployments/borrows/people.js';
import { withMailboxes } from '../fixtures/mailbox.js';

const mailboxes = withMailboxes();

const text = `
repositories: { Beans: { repo: git@git.example.com:ops/beans.git } }
people:
  ann: { matrix: '@ann:example.com', slack: U0ANN }
  bob: { matrix: '@robert:example.com' }
`;

it.each([
  ['ann', '@ann:example.com'],
  ['@bob', '@robert:example.com'],
  // What a mention becomes: the id itself, which belongs to whom it belongs, whatever it begins with.
  ['robert:example.com', '@robert:example.com'],
  ['@robert:example.com', '@robert:example.com'],
  ['bob:example.com', undefined],
  ['U0ANN', 'U0ANN'],
  ['U0BOB', undefined],
])('%s, said by somebody on Matrix, is %s', async (written, userId) => {
  const loaded = parseConfig(text, { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' });
  if (!loaded.ok) throw new Error('the config does not load');
  const deps = { config: () => loaded.config, db: mailboxes.store.db };
  const by = { platform: 'matrix', userId: '@jjm:example.com', name: 'jjm' };
  const found = await findPerson(deps, written, by);
  expect(found.ok ? found.value.userId : undefined).toBe(userId);
});
