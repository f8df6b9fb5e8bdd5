import type { ExtendIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { IntentCommand, Values } from './command.js';
import { readDuration } from './time-words.js';

/** `pack extend`: keeps a borrowed pack for longer. */
export const extendCommand: IntentCommand = {
  kind: 'intent',
  name: 'extend',
  words: 'pack extend',
  formats: [
    {
      display: 'pack extend {{pack}} {{by}}',
      representation: [
        'pack extend {{pack}} {{by}}',
        'pack extend {{pack}} by {{by}}',
        'pack extend {{pack}} for {{by}}',
      ],
    },
    { display: 'pack extend {{pack}} overnight', representation: [] },
  ],
  params: [
    { name: 'pack', label: 'the pack', isRequired: true },
    { name: 'by', label: 'how much longer', isRequired: true },
  ],
  help: 'keeps a pack that you borrowed for longer, or until the quiet hours are over',
  example: 'pack extend beans 30m',
  intent,
};

async function intent({ pack = '', by = '' }: Values): Promise<Result<ExtendIntent>> {
  if (by.toLowerCase() === 'overnight') return ok({ kind: 'extend', pack, by: 'overnight' });
  const duration = readDuration(by);
  return duration.ok ? ok({ kind: 'extend', pack, by: duration.value }) : duration;
}
