import { ok } from '../../core/result.js';
import type { IntentCommand } from './command.js';

/** `pack steal`: takes a borrowed pack from its holder, who is told. */
export const stealCommand: IntentCommand = {
  kind: 'intent',
  name: 'steal',
  words: 'pack steal',
  formats: [{ display: 'pack steal {{pack}}', representation: ['pack steal {{pack}}'] }],
  params: [{ name: 'pack', label: 'the pack', isRequired: true }],
  help: 'takes a borrowed pack from its holder, who is told; for those whom the config allows',
  example: 'pack steal beans',
  intent: async ({ pack = '' }) => ok({ kind: 'steal', pack }),
};
