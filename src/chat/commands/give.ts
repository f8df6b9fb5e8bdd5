import { ok } from '../../core/result.js';
import type { IntentCommand } from './command.js';

/** `pack give`: hands a borrowed pack over to somebody else. */
export const giveCommand: IntentCommand = {
  kind: 'intent',
  name: 'give',
  words: 'pack give',
  formats: [
    {
      display: 'pack give {{pack}} {{person}}',
      representation: ['pack give {{pack}} to {{person}}', 'pack give {{pack}} {{person}}'],
    },
  ],
  params: [
    { name: 'pack', label: 'the pack', isRequired: true },
    { name: 'person', label: 'to whom', isRequired: true, keyword: 'to' },
  ],
  help: 'hands a pack that you borrowed over to somebody else',
  example: 'pack give beans @bob',
  intent: async ({ pack = '', person = '' }) => ok({ kind: 'give', pack, to: nameOf(person) }),
};

/** A person's name without what a mention puts around it. */
function nameOf(said: string): string {
  return said.replace(/^<?@/u, '').replace(/[>:,;]+$/u, '');
}
