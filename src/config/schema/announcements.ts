import { z } from 'zod';

function template(description: string) {
  return z
    .string()
    .min(1, { error: 'It must not be empty.' })
    .max(10_000, { error: 'A template has at most 10,000 characters.' })
    .describe(description);
}

/** The section `announcements:`. Whether the templates are valid is looked at by those who use them. */
export const announcementsSchema = z
  .strictObject({
    templates: z
      .strictObject({
        pack: template('The news of one pack.').optional(),
        message: template('The message with the news of the packs of one push.').optional(),
        digest: template('The message that gathers several.').optional(),
      })
      .describe('How announcements are worded, in LiquidJS; the built-in templates unless given.')
      .optional(),
  })
  .describe('How news are told to the people who use the packs.');
