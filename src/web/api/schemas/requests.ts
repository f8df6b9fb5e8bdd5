import { z } from 'zod';
import { intent } from './intents.js';

const called = z
  .string()
  .trim()
  .min(1, 'it must not be empty')
  .regex(/^[^\p{C}]*$/u, 'it must not hold control characters');

/** How somebody is called: what is shown, and at a terminal also who they are. */
export const personName = called.max(64, 'it has at most 64 characters');

/** A person's name, or an account as `platform:id`; some platforms have long ids. */
export const accountOrName = called.max(320, 'it has at most 320 characters');

const key = z
  .string()
  .min(1)
  .max(200)
  .describe('The same key of the same person is the same request, so it can be sent again.');

/** A name in a query. */
export const word = z.string().min(1).max(200);

/** How many are wanted. */
export const limit = z.coerce.number().int().min(1).max(500);

/** The body of `POST /commands`. */
export const commandBody = z
  .strictObject({
    line: z
      .string()
      .max(4000)
      .optional()
      .describe('As in a chat, without the prefix. Give this or `intent`.'),
    intent: intent.optional(),
    as: personName.optional().describe('Who asks; the key itself unless given. The local key has to say it.'),
    key: key.optional(),
    platform: z
      .enum(['cli', 'terminal'])
      .default('cli')
      .describe('The platform of `as`, where that is only a name.'),
  })
  .refine((body) => (body.line === undefined) !== (body.intent === undefined), {
    message: 'give either a line or an intent',
  })
  .meta({
    id: 'Command',
    description: 'A line as in a chat, or an intent.',
    oneOf: [{ required: ['line'] }, { required: ['intent'] }],
  });

/** The body of `POST /rooms/{room}/messages`. */
export const lineBody = z
  .strictObject({
    text: z.string().trim().min(1, 'it must not be empty').max(4000, 'it has at most 4000 characters'),
    as: personName,
    key: key.optional(),
  })
  .meta({ id: 'Line', description: 'What somebody says in a room.' });

/** The body of `POST /login-links`. */
export const loginBody = z.strictObject({ as: personName });
