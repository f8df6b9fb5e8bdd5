import type { DeferIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import type { Asking, IntentCommand, Values } from './command.js';
import { readNumber } from './number-words.js';

/** `pack defer`: lets the next one go first. */
export const deferCommand: IntentCommand = {
  kind: 'intent',
  name: 'defer',
  words: 'pack defer',
  formats: [{ display: 'pack defer {{id=oldest}}', representation: ['pack defer {{id}}', 'pack defer'] }],
  params: [{ name: 'id', label: "the deployment's number" }],
  help: 'lets the next one in line go before your deployment',
  example: 'pack defer 42',
  intent,
};

async function intent({ id }: Values, asking: Asking): Promise<Result<DeferIntent>> {
  const number = readNumber(id, deferCommand, asking);
  return number.ok ? ok({ kind: 'defer', ...number.value }) : number;
}
