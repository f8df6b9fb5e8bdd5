import type { ExtendIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { IntentCommand, Values } from './command.js';
import { readOption } from './deploy-words.js';
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
  options: ['force'],
  help: 'keeps a pack that you borrowed for longer, or until the quiet hours are over; `--force` beyond the most',
  example: 'pack extend beans 30m',
  intent,
};

async function intent({ pack = '', by = '', force }: Values): Promise<Result<ExtendIntent>> {
  const isForced = readOption('force', force);
  if (!isForced.ok) return isForced;
  const forced = isForced.value ? { force: true } : {};
  if (by.toLowerCase() === 'overnight') return ok({ kind: 'extend', pack, by: 'overnight', ...forced });
  const duration = readDuration(by);
  return duration.ok ? ok({ kind: 'extend', pack, by: duration.value, ...forced }) : duration;
}
