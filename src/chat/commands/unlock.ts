import type { UnlockIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { Asking, IntentCommand, Values } from './command.js';
import { readScope } from './scope-words.js';

/** `pack unlock`: ends a lock. */
export const unlockCommand: IntentCommand = {
  kind: 'intent',
  name: 'unlock',
  words: 'pack unlock',
  formats: [
    { display: 'pack unlock {{scope}}', representation: ['pack unlock {{scope}}'] },
    { display: 'pack unlock {{kind}} {{scope}}', representation: ['pack unlock {{kind}} {{scope}}'] },
  ],
  params: [
    { name: 'scope', label: 'what to unlock (a pack, a repository or `*`)', isRequired: true },
    { name: 'kind', label: '`pack` or `repository`' },
  ],
  help: 'ends a lock',
  example: 'pack unlock beans',
  intent,
};

async function intent(values: Values, asking: Asking): Promise<Result<UnlockIntent>> {
  const scope = await readScope(values, 'unlock', asking);
  return scope.ok ? ok({ kind: 'unlock', scope: scope.value }) : scope;
}
