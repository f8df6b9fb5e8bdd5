import type { CancelIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { Asking, IntentCommand, Values } from './command.js';
import { readNumber } from './number-words.js';

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

async function intent({ id }: Values, asking: Asking): Promise<Result<CancelIntent>> {
  const number = readNumber(id, cancelCommand, asking);
  return number.ok ? ok({ kind: 'cancel', ...number.value }) : number;
}
