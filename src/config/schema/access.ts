import { z } from 'zod';
import { text, texts } from './fields.js';

const personName = 'The name of a person, or an account as platform:id.';

const who = z
  .union(
    [
      z.literal('everybody'),
      z.strictObject({
        people: texts('These people.', personName).optional(),
        groups: texts('The members of these groups.', 'The name of a group.').optional(),
        channels: texts(
          'Only in these channels; * stands for any text.',
          'The name of a channel.',
        ).optional(),
      }),
    ],
    { error: 'It takes everybody, or a map with people, groups or channels.' },
  )
  .meta({
    description:
      'Whom the rule speaks of. Any of the people and groups; only in the channels if there are some.',
  });

/** One entry of `access:`. */
export const accessRuleSchema = z
  .strictObject({
    allow: who.optional(),
    deny: who.optional(),
    commands: texts('The commands; all unless given.', 'The name of a command, such as deploy.').optional(),
    repositories: texts(
      'The repositories; all unless given.',
      'The name of a repository; * stands for any text.',
    ).optional(),
    packs: texts('The packs; all unless given.', 'The name of a pack; * stands for any text.').optional(),
    branches: texts(
      'The branches; all unless given.',
      'The name of a branch; * stands for any text.',
    ).optional(),
    targets: texts(
      'The targets; all unless given.',
      'The name of a target; * stands for any text.',
    ).optional(),
    forced: z
      .literal(true, { error: 'It takes true, or the line is left away.' })
      .describe(
        'An allow rule with it also allows what is forced; a deny rule with it denies only what is forced.',
      )
      .optional(),
    because: text('Why, for those who are refused.').optional(),
  })
  .describe('A rule of who may do what. It has either allow or deny.');

/** An entry of `access:` as it was read. */
export type AccessRuleEntry = z.output<typeof accessRuleSchema>;

const account = text("The account's id on this platform.");

/** The key `linking`. */
export const linkingSchema = z
  .enum(['everything', 'belongings', 'nothing'], {
    error: 'It takes everything, belongings or nothing.',
  })
  .describe(
    'What accounts share that people join by pack link: everything, also what rules allow their person; belongings, such as what they borrowed; or nothing, so that none are joined. everything unless given.',
  );

/** One entry of `people:`: accounts by platform. */
export const personSchema = z
  .record(
    text('The name of a chat platform, web, or a Git host.'),
    z.union([account, z.array(account)], {
      error: "It takes the account's id in quotes, or a list of them.",
    }),
  )
  .nullable()
  .describe('The accounts by which a person is known, by platform.');
