import { z } from 'zod';
import type { DeployIntent, DeployingIntent, Intent, Needed } from '../../../core/intent.js';
import type { LockScope } from '../../../core/lock.js';
import { wire } from './wire.js';

const text = z.string().min(1).max(200);
const number = z.int().positive();
const pack = text.describe('The pack.');
const target = text.exactOptional().describe('The target; the one where the pack is unless given.');
const overwrite = z
  .boolean()
  .exactOptional()
  .describe('Take the place also of files that somebody edited on the target, which are kept. Forced.');

const selection = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('named'), packs: z.array(text).min(1).max(1000) }),
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('differing') }),
  ])
  .meta({
    id: 'PackSelection',
    description: 'Which packs of a repository; `differing`: those that are not live so.',
  });

/** What a lock holds. */
export const scope = wire<LockScope>()(
  z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('pack'), pack: text }),
      z.strictObject({ kind: z.literal('repository'), repository: text }),
      z.strictObject({ kind: z.literal('everything') }),
    ])
    .meta({ id: 'LockScope', description: 'What a lock holds.' }),
);

/** A hundred years; more is a slip of the finger, and dates end somewhere. */
const milliseconds = z
  .int()
  .positive()
  .max(36_500 * 86_400_000);

const deployFields = {
  kind: z.literal('deploy'),
  repository: text,
  packs: selection,
  ref: text
    .exactOptional()
    .describe('A branch, tag or SHA; the branch that is deployed by itself unless given.'),
  adopt: z.boolean().exactOptional().describe('Take over what others put there. Forced.'),
  overwrite,
  forMs: milliseconds.exactOptional().describe('For how long a branch is borrowed.'),
  through: text
    .exactOptional()
    .describe('`chatops` for an action of its pack that waits for the end: that pack is left as it is.'),
  ignoringChecks: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .exactOptional()
    .describe('Why CI’s checks don’t matter. Forced.'),
};

const rollbackFields = {
  kind: z.literal('rollback'),
  pack,
  to: text.exactOptional().describe('A revision or its beginning; the one before unless given.'),
  target,
  overwrite,
};

const returnFields = {
  kind: z.literal('return'),
  pack,
  target,
  force: z.boolean().exactOptional().describe('Back to what was there before, without asking the remote.'),
  overwrite,
};

const changing = [
  z.strictObject(deployFields),
  z.strictObject(rollbackFields),
  z.strictObject(returnFields),
  z.strictObject({
    kind: z.literal('extend'),
    pack,
    by: z.union([milliseconds, z.literal('overnight')]).describe('Milliseconds, or over the quiet hours.'),
    force: z.boolean().exactOptional().describe('Beyond the configured most. Forced.'),
  }),
  z.strictObject({ kind: z.literal('give'), pack, to: text.describe('The name of a person.') }),
  z.strictObject({ kind: z.literal('steal'), pack }),
  z.strictObject({
    kind: z.literal('lock'),
    scope,
    because: text,
    forMs: milliseconds.exactOptional().describe('Until it is unlocked unless given.'),
  }),
  z.strictObject({ kind: z.literal('unlock'), scope }),
  z.strictObject({
    kind: z.literal('confirm'),
    deployment: number.describe('One whose turn has come and whose requester is asked.'),
  }),
  z.strictObject({
    kind: z.literal('defer'),
    deployment: number.exactOptional().describe('The oldest that waits unless given.'),
  }),
  z.strictObject({
    kind: z.literal('cancel'),
    deployment: number.exactOptional().describe('The newest that is open unless given.'),
  }),
  z.strictObject({
    kind: z.literal('reword'),
    pack: text.exactOptional().describe('This, or `announcement`.'),
    announcement: number.exactOptional(),
    words: z.string().min(1).max(4000),
  }),
  z.strictObject({ kind: z.literal('skip'), pack }),
  z.strictObject({
    kind: z.literal('link'),
    code: text.exactOptional().describe('That another account was given; a new one is given unless given.'),
  }),
  z.strictObject({
    kind: z.literal('unlink'),
    account: text.exactOptional().describe('A platform, or `platform:id`; that of the asker unless given.'),
  }),
] as const;

const changed = wire<Intent>()(z.discriminatedUnion('kind', changing));

/** To take packs over just as they are: which commit they are is found out. */
const adopt = z
  .strictObject({
    kind: z.literal('adopt'),
    packs: z
      .array(text.regex(/^[^,\s]+$/, 'a name has no comma and no white space'))
      .min(1)
      .max(1000),
  })
  .describe('Take packs over just as they are, if they are exactly a commit. Forced.');

/** What changes something, as one asks for it. */
export const intent = z
  .discriminatedUnion('kind', [...changed.options, adopt])
  .meta({ id: 'Intent', description: 'Something to be done. Lengths of time are milliseconds.' });

/** What one pack needs of another that another deployment brings. */
export const needed = wire<Needed>()(
  z
    .object({ deployment: number, pack: z.string(), on: z.string() })
    .meta({ id: 'Needed', description: 'A pack that needs another, and the deployment that brings that.' }),
);

const kept = {
  at: z.string().exactOptional().describe('The full SHA that was meant.'),
  asFound: z.boolean().exactOptional(),
  push: number.exactOptional().describe('The push that asked.'),
  removes: z.array(z.string()).exactOptional(),
  after: z.array(needed).exactOptional().describe('What others of its push bring, and go first for.'),
};

/** What became a deployment, as it is kept. */
export const keptIntent = wire<DeployingIntent>()(
  z
    .discriminatedUnion('kind', [
      wire<DeployIntent>()(z.object({ ...deployFields, ...kept })),
      z.object(rollbackFields),
      z.object({ ...returnFields, borrow: number.exactOptional() }),
    ])
    .meta({ id: 'KeptIntent', description: 'What became a deployment.' }),
);
