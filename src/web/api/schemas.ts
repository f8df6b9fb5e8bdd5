import { z } from 'zod';
import type { Intent } from '../../core/intent.js';

/** How somebody is called: what is shown, and at a terminal also who they are. */
export const personName = z
  .string()
  .trim()
  .min(1, 'it must not be empty')
  .max(64, 'it has at most 64 characters')
  .regex(/^[^\p{C}]*$/u, 'it must not hold control characters');

const key = z.string().min(1).max(200);
const text = z.string().min(1).max(200);

const selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), packs: z.array(text).min(1).max(1000) }),
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('differing') }),
]);

const scope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pack'), pack: text }),
  z.object({ kind: z.literal('repository'), repository: text }),
  z.object({ kind: z.literal('everything') }),
]);

/** A hundred years; more is a slip of the finger, and dates end somewhere. */
const milliseconds = z
  .int()
  .positive()
  .max(36_500 * 86_400_000);

const intent: z.ZodType<Intent> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deploy'),
    repository: text,
    packs: selection,
    ref: text.exactOptional(),
    adopt: z.boolean().exactOptional(),
    overwrite: z.boolean().exactOptional(),
    forMs: milliseconds.exactOptional(),
    through: text.exactOptional(),
    ignoringChecks: z.string().trim().min(1).max(300).exactOptional(),
  }),
  z.object({
    kind: z.literal('rollback'),
    pack: text,
    to: text.exactOptional(),
    target: text.exactOptional(),
    overwrite: z.boolean().exactOptional(),
  }),
  z.object({ kind: z.literal('cancel'), deployment: z.int().positive().exactOptional() }),
  z.object({
    kind: z.literal('return'),
    pack: text,
    target: text.exactOptional(),
    force: z.boolean().exactOptional(),
    overwrite: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('extend'),
    pack: text,
    by: z.union([milliseconds, z.literal('overnight')]),
    force: z.boolean().exactOptional(),
  }),
  z.object({ kind: z.literal('give'), pack: text, to: text }),
  z.object({ kind: z.literal('steal'), pack: text }),
  z.object({ kind: z.literal('lock'), scope, because: text, forMs: milliseconds.exactOptional() }),
  z.object({ kind: z.literal('unlock'), scope }),
  z.object({
    kind: z.literal('reword'),
    pack: text.exactOptional(),
    announcement: z.int().positive().exactOptional(),
    words: z.string().min(1).max(4000),
  }),
  z.object({ kind: z.literal('skip'), pack: text }),
  z.object({ kind: z.literal('confirm'), deployment: z.int().positive() }),
  z.object({ kind: z.literal('defer'), deployment: z.int().positive().exactOptional() }),
  z.object({ kind: z.literal('link'), code: text.exactOptional() }),
  z.object({ kind: z.literal('unlink'), account: text.exactOptional() }),
]);

/** The body of `POST /commands`. */
export const commandBody = z
  .object({
    line: z.string().max(4000).optional(),
    intent: intent.optional(),
    as: personName.optional(),
    key: key.optional(),
    platform: z.enum(['cli', 'terminal']).default('cli'),
  })
  .refine((body) => (body.line === undefined) !== (body.intent === undefined), {
    message: 'give either a line or an intent',
  });

/** The body of `POST /rooms/:room/messages`. */
export const lineBody = z.object({
  text: z.string().trim().min(1, 'it must not be empty').max(4000, 'it has at most 4000 characters'),
  as: personName,
  key: key.optional(),
});

/** The body of `POST /login-links`. */
export const loginBody = z.object({ as: personName });

/** The query of `GET /deployments`. */
export const deploymentQuery = z.object({
  pack: text.exactOptional(),
  repository: text.exactOptional(),
  requester: text.exactOptional(),
  open: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .exactOptional(),
  limit: z.coerce.number().int().min(1).max(500).exactOptional(),
});
