import { z } from 'zod';
import { text } from './fields.js';

const directory = z
  .strictObject({
    kind: z.literal('directory').describe('A folder from which packs are loaded.'),
    path: text('The folder in which packs go live.'),
  })
  .describe('A plain directory.');

/** One entry of `targets:`; another kind is another schema in this list. */
export const targetSchema = z.discriminatedUnion('kind', [directory]);

/** An entry of `targets:` as it was read. */
export type TargetEntry = z.output<typeof targetSchema>;
