import { isSamePerson } from '../../core/identity.js';
import type { ConfirmIntent } from '../../core/intent.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { Asking, IntentCommand, Values } from './command.js';
import { readNumber } from './number-words.js';

/** `pack confirm`: says yes to a deployment whose turn has come, without its phrase. */
export const confirmCommand: IntentCommand = {
  kind: 'intent',
  name: 'confirm',
  words: 'pack confirm',
  formats: [
    { display: 'pack confirm {{id=yours}}', representation: ['pack confirm {{id}}', 'pack confirm'] },
  ],
  params: [{ name: 'id', label: "the deployment's number" }],
  help: 'completes a deployment of yours whose turn has come, as its phrase does',
  example: 'pack confirm 42',
  intent,
};

async function intent({ id }: Values, asking: Asking): Promise<Result<ConfirmIntent>> {
  const number = readNumber(id, confirmCommand, asking);
  if (!number.ok) return number;
  const { deployment } = number.value;
  return deployment === undefined ? onlyOwn(asking) : ok({ kind: 'confirm', deployment });
}

/** The only turn that waits for the speaker's word; several have to be told apart. */
async function onlyOwn({ actor, config, deployments }: Asking): Promise<Result<ConfirmIntent>> {
  const { people } = config.access;
  const calls = await deployments.calls();
  const own = calls.filter((call) => isSamePerson(people, actor, call.requester));
  const [first, second] = own;
  if (first === undefined) return refused(refuse('nothing-to-confirm', { who: actor.name }));
  if (second === undefined) return ok({ kind: 'confirm', deployment: first.deployment });
  return refused(refuse('which-to-confirm', { deployments: own.map((call) => call.deployment) }));
}
