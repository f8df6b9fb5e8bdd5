import type { CancelIntent } from '../../core/intent.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { Asking, IntentCommand, Values } from './command.js';

/** `pack cancel`: stops a deployment that has not begun to change anything. */
export const cancelCommand: IntentCommand = {
  kind: 'intent',
  name: 'cancel',
  words: 'pack cancel',
  formats: [{ display: 'pack cancel {{id=newest}}', representation: ['pack cancel {{id}}', 'pack cancel'] }],
  params: [{ name: 'id', label: "the deployment's number" }],
  help: 'cancels a deployment before it changes anything; your newest open one, unless you name another',
  example: 'pack cancel 42',
  intent,
};

async function intent({ id }: Values, { config }: Asking): Promise<Result<CancelIntent>> {
  if (id === undefined) return ok({ kind: 'cancel' });
  const digits = /^#?(\d{1,9})$/u.exec(id)?.[1];
  if (digits !== undefined) return ok({ kind: 'cancel', deployment: Number(digits) });
  const example = `${config.chat.prefix}${cancelCommand.example}`;
  return refused(refuse('bad-number', { value: id.slice(0, 40), example }));
}
