import { z } from 'zod';
import { name, secretSource, text } from './fields.js';

const keySchema = z
  .strictObject({
    key: secretSource('Where the key is found: at least 16 characters that nobody guesses.'),
    may: z
      .enum(['read', 'change'])
      .describe('What may be done with it: read, or change too, which it is unless given.')
      .optional(),
    acts_for: z
      .union(
        [
          z.literal('everybody'),
          z.array(text('The name of a person, or an account as platform:id.')).min(1, {
            error: 'The list is empty: fill it in, or take the line away.',
          }),
        ],
        { error: 'It takes everybody, or a list such as [ann, bob].' },
      )
      .meta({ description: 'In whose name a request may be made; in none but its own unless given.' })
      .optional(),
  })
  .describe('A key of the HTTP API. Rules call it api: and its name.');

/** The section `api:`. */
export const apiSchema = z
  .strictObject({
    keys: z
      .record(name('The name of a key.'), keySchema)
      .describe('The keys with which programs use the HTTP API.')
      .optional(),
  })
  .describe('Who may use the HTTP API besides the command line of this machine.');

/** The section `api:` as it was read. */
export type ApiEntry = z.output<typeof apiSchema>;
