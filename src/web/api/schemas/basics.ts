import { z } from 'zod';
import type { Actor, Origin } from '../../../core/actor.js';
import { reasonCodes } from '../../../core/reason.js';
import type { Revision } from '../../../core/repository.js';
import { json, type WireRefusal, wire } from './wire.js';

/** A reason code. */
export const reasonCode = z.enum(reasonCodes).meta({
  id: 'ReasonCode',
  description: 'Why something was refused: one of a closed list. New versions may add some.',
});

const words = {
  what: z.string().describe('What is the matter, as a sentence.'),
  next: z.string().describe('What to do next; empty where there is nothing.'),
};

/** A refusal in an answer. */
export const shownRefusal = z
  .object({
    code: reasonCode,
    ...words,
    exitCode: z
      .int()
      .describe(
        'What a command line ends with: 2 asked wrongly, 3 not there, 4 not allowed, 5 something is wrong with it, 6 busy, 7 something technical, 1 a bug.',
      ),
  })
  .meta({ id: 'Refusal', description: 'Why something was refused.' });

/** The answer to a request that was refused. */
export const refusedAnswer = z
  .object({ text: z.string().describe('Both sentences on one line.'), refusal: shownRefusal })
  .meta({ id: 'Refused', description: 'The request was refused.' });

/** A refusal that is kept with what it was about. */
export const keptRefusal: z.ZodType<WireRefusal> = z
  .object({ code: reasonCode, params: z.record(z.string(), json), ...words })
  .meta({ id: 'KeptRefusal', description: 'Why something went wrong, with what the sentences are made of.' });

/** A person, a key, or Packtrain itself. */
export const actor = wire<Actor>()(
  z
    .object({
      platform: z.string().describe('`web`, `terminal`, `cli`, `api`, or the name of a chat.'),
      userId: z.string().describe('Who it is, for the rules.'),
      name: z.string().describe('How people call them.'),
    })
    .meta({ id: 'Actor', description: 'Who asks: a person, a key of the API, or Packtrain itself.' }),
);

/** Where something was asked. */
export const origin = wire<Origin>()(
  z
    .object({
      platform: z.string(),
      channel: z.string(),
      messageId: z.string().exactOptional(),
      thread: z.string().exactOptional(),
    })
    .meta({ id: 'Origin', description: 'Where in a chat something was asked.' }),
);

/** A commit with its name. */
export const revision = wire<Revision>()(
  z
    .object({ ref: z.string().describe('A branch, a tag, or the SHA itself.'), sha: z.string() })
    .meta({ id: 'Revision', description: 'A commit, with the name by which it was asked for.' }),
);
