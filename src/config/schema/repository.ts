import { z } from 'zod';
import { branch, channel, duration, secretSource, text, texts } from './fields.js';

const checks = z
  .strictObject({
    required: texts(
      'Checks that must succeed; * stands for any text, {pack} for the name of the pack that is meant.',
      'The name of a check.',
    ).optional(),
    allow_failures: texts('Checks whose failure does not matter.', 'The name of a check.').optional(),
    within: duration('After this time a missing or pending check is reported.').optional(),
  })
  .describe("What CI must say before a push goes live. Without it, CI isn't asked.");

const autoDeployment = z
  .strictObject({
    branch: branch('The branch whose pushes go live by themselves.'),
    notify_channel: channel('The channel that is told about these deployments.').optional(),
    checks: checks.optional(),
    poll_every: duration('How often the remote is asked for news; 1m unless given.').optional(),
  })
  .describe('What a push does by itself. Without it, nothing is deployed unless somebody asks.');

const quietHours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'It takes two times of the day, such as 22:00-07:00.',
  })
  .describe('When nothing returns by itself for a holder who asked for the night, such as 22:00-07:00.');

const borrow = z
  .strictObject({
    return_after: duration(
      'When a borrowed pack goes back to the default branch; 1h unless given.',
    ).optional(),
    warn_before: duration('How long before that its holder is warned; 10m unless given.').optional(),
    max: duration('The longest that a borrow lasts with all its extensions.').optional(),
    quiet_hours: quietHours.optional(),
  })
  .describe('How long a pack may have another branch live.');

const credentials = z
  .strictObject({
    token: secretSource('The token for an https remote.').optional(),
    username: text('The user name sent with the token; x-access-token unless given.').optional(),
    ssh_key_file: text('The file of the private key for an ssh remote.').optional(),
    known_hosts_file: text("The file of the host keys to trust; the user's own unless given.").optional(),
  })
  .describe('How Packtrain proves itself to the remote. A secret never stands in the config or in a URL.');

const subtree = z
  .union([z.boolean(), text('The folder that holds one folder a pack.')], {
    error:
      'It takes true (packs lie under packs/), false (the repository is one pack), or the name of a folder.',
  })
  .transform((value, context) => {
    const folder = folderOf(value);
    if (folder !== undefined) return folder;
    context.addIssue({
      code: 'custom',
      message: 'It names a folder inside the repository, such as packs or st2/packs.',
    });
    return z.NEVER;
  })
  .meta({
    description:
      'true: packs lie under packs/. A text names another folder. false, or nothing: the repository is one pack.',
  });

// The original's file was read as YAML 1.1, in which these words are booleans.
const yes = /^(?:yes|on|y)$/i;
const no = /^(?:no|off|n)$/i;

function folderOf(value: boolean | string): string | false | undefined {
  if (value === true || (typeof value === 'string' && yes.test(value))) return 'packs';
  if (value === false || no.test(value)) return false;
  const folder = value.replace(/^\.\//, '').replace(/\/+$/, '');
  const isInside =
    !/^\/|^$|\\|:/.test(folder) && folder.split('/').every((part) => !['', '.', '..'].includes(part));
  return isInside ? folder : undefined;
}

/** One entry of `repositories:`. */
export const repositorySchema = z
  .strictObject({
    repo: text('The remote as Git takes it: ssh, https, file or a path.').refine(
      (url) => !url.startsWith('-'),
      {
        error: 'A remote does not begin with a dash.',
      },
    ),
    subtree: subtree.optional(),
    auto_deployment: autoDeployment.optional(),
    borrow: borrow.optional(),
    announce_channel: channel('Where news for the people who use the packs go.').optional(),
    announce_every: duration(
      'News within this time of the last ones are gathered into one message; each push has its own unless given.',
    ).optional(),
    announce_after: duration(
      'For how long a draft of the news can be reworded before it goes out; it goes out at once unless given.',
    ).optional(),
    shared_paths: z
      .record(
        text('A path in the repository; * stands for any text without a slash, ** for any text.'),
        texts('The packs; * stands for any text.', 'The name of a pack.'),
      )
      .describe('Paths whose change counts as a change of these packs.')
      .optional(),
    prune: z
      .boolean()
      .describe('Whether a pack that is gone from the branch is removed from the target.')
      .optional(),
    credentials: credentials.optional(),
    host: text('The entry of hosts: it lies at; found by the address unless given.').optional(),
    target: text('The target its packs go to; default unless given.').optional(),
  })
  .describe('A Git remote with one pack or many.');

/** An entry of `repositories:` as it was read. */
export type RepositoryEntry = z.output<typeof repositorySchema>;
