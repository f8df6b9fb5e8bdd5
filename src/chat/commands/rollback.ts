import type { RollbackIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { IntentCommand, Values } from './command.js';
import { readOption } from './deploy-words.js';

/** `pack rollback`: makes an earlier revision of a pack live again. */
export const rollbackCommand: IntentCommand = {
  kind: 'intent',
  name: 'rollback',
  words: 'pack rollback',
  formats: [
    {
      display: 'pack rollback {{pack}} to {{to=last}}',
      representation: [
        'pack rollback {{pack}} to {{to}}',
        'pack rollback {{pack}} {{to}}',
        'pack rollback {{pack}}',
      ],
    },
    {
      display: 'pack rollback {{pack}} to {{to=last}} on {{target}}',
      representation: [
        'pack rollback {{pack}} to {{to}} on {{target}}',
        'pack rollback {{pack}} {{to}} on {{target}}',
        'pack rollback {{pack}} on {{target}}',
      ],
    },
  ],
  params: [
    { name: 'pack', label: 'the pack', isRequired: true },
    { name: 'to', label: 'the revision', keyword: 'to' },
    { name: 'target', label: 'the target', keyword: 'on' },
  ],
  options: ['overwrite'],
  help: 'takes a pack back to the revision that was live before, or to one that you name',
  example: 'pack rollback beans to 1a2b3c4',
  intent,
};

async function intent({ pack = '', to, target, overwrite }: Values): Promise<Result<RollbackIntent>> {
  const overwrites = readOption('overwrite', overwrite);
  if (!overwrites.ok) return overwrites;
  const isLast = to === undefined || to.toLowerCase() === 'last';
  return ok({
    kind: 'rollback',
    pack,
    ...(isLast ? {} : { to }),
    ...(target === undefined ? {} : { target }),
    ...(overwrites.value ? { overwrite: true } : {}),
  });
}
