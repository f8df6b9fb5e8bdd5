import type { ReturnIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { IntentCommand, Values } from './command.js';
import { readOption } from './deploy-words.js';

/** `pack return`: puts a borrowed pack back on its default branch. */
export const returnCommand: IntentCommand = {
  kind: 'intent',
  name: 'return',
  words: 'pack return',
  formats: [
    {
      display: 'pack return {{pack}}',
      representation: ['pack return {{pack}}', 'pack return {{pack}} on {{target}}'],
    },
    {
      display: 'pack return {{pack}} now',
      representation: ['pack return {{pack}} {{now}}', 'pack return {{pack}} on {{target}} {{now}}'],
    },
  ],
  params: [
    { name: 'pack', label: 'the pack', isRequired: true },
    { name: 'target', label: 'the target', keyword: 'on' },
  ],
  options: ['now', 'overwrite'],
  help: 'gives a borrowed pack back to its default branch; `now` skips the remote and takes what was live before',
  example: 'pack return beans',
  intent,
};

async function intent({ pack = '', target, now, overwrite }: Values): Promise<Result<ReturnIntent>> {
  const force = readOption('now', now?.toLowerCase() === 'now' ? 'true' : now);
  if (!force.ok) return force;
  const overwrites = readOption('overwrite', overwrite);
  if (!overwrites.ok) return overwrites;
  return ok({
    kind: 'return',
    pack,
    ...(target === undefined ? {} : { target }),
    ...(force.value ? { force: true } : {}),
    ...(overwrites.value ? { overwrite: true } : {}),
  });
}
