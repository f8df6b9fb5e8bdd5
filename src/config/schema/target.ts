import { z } from 'zod';
import { duration, secretSource, text, texts } from './fields.js';

const drift = z
  .union([
    z.literal(false),
    z.strictObject({
      every: duration('How often it is looked for files that were edited there; 1h unless given.').optional(),
      channel: text('The channel that is told where the repository has no notify_channel.').optional(),
      ignore: texts(
        'Files that packs write themselves, from their folder on; `*` stands for any text without a slash, `**` for any.',
        'A path or pattern.',
      ).optional(),
    }),
  ])
  .describe('Looking for packs that somebody changed on the target itself; false: not by itself.');

const directory = z
  .strictObject({
    kind: z.literal('directory').describe('A folder from which packs are loaded.'),
    path: text('The folder in which packs go live.'),
    drift: drift.optional(),
  })
  .describe('A plain directory.');

const timeLimits = z
  .strictObject({
    request: duration('For a request with its answer; 30s unless given.').optional(),
    register: duration('For registering one pack; 5m unless given.').optional(),
    virtualenv: duration('For setting up the virtualenv of a pack; 15m unless given.').optional(),
  })
  .describe('How long the server may take.');

const drain = z
  .strictObject({
    wait: duration("How long to wait for executions of the pack's actions to end."),
    otherwise: z
      .enum(['go-on', 'give-up'])
      .describe('What to do when some still run after that; give-up unless given.')
      .optional(),
  })
  .describe('Waits, before a pack is switched, until nothing of it runs; no wait unless given.');

const stackstorm = z
  .strictObject({
    kind: z.literal('stackstorm').describe('A StackStorm server, 3.0 or newer.'),
    url: text("The address of the server's API, with or without /api/v1.").refine(
      (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
      { error: 'It takes an address such as https://st2.example.com.' },
    ),
    api_key: secretSource('An API key, as `st2 apikey create` makes it.').optional(),
    token: secretSource('A token in place of a key.').optional(),
    packs_path: text(
      'The folder from which that server reads packs; /opt/stackstorm/packs unless given.',
    ).optional(),
    virtualenvs: z
      .enum(['auto', 'never', 'always'])
      .describe(
        "When a pack's virtualenv is set up; auto unless given: when what it is made from has changed.",
      )
      .optional(),
    verify: z
      .enum(['fields', 'names'])
      .describe('How what is registered is compared with the files; fields unless given.')
      .optional(),
    chatops: z
      .boolean()
      .describe(
        "Whether the server's own ChatOps runs (hubot-stackstorm), so that people are told which new lines it takes; false unless given.",
      )
      .optional(),
    drain: drain.optional(),
    drift: drift.optional(),
    time_limits: timeLimits.optional(),
    ca_file: text('The file of the certificate authority to trust besides the usual ones.').optional(),
  })
  .describe('A StackStorm server, and the folder from which it reads packs.');

/** One entry of `targets:`; another kind is another schema in this list. */
export const targetSchema = z.discriminatedUnion('kind', [directory, stackstorm]);

/** An entry of `targets:` as it was read. */
export type TargetEntry = z.output<typeof targetSchema>;
