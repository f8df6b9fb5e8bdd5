import { z } from 'zod';
import { given } from '../../build/given.js';
import { buildSecret } from '../../build/repository.js';
import { resolvePath } from '../../paths.js';
import { secretSource, text } from '../fields.js';
import { type ChatKind, channelMap, channelsField, webAddress } from './kind.js';

const schema = z
  .strictObject({
    url: webAddress("The address of StackStorm's API, with or without /api/v1."),
    api_key: secretSource(
      'An API key of StackStorm, as `st2 apikey create` makes it, by which messages are posted.',
    ),
    key: secretSource("What the pack packtrain shows when it hands a line over: `key` in the pack's config."),
    ca_file: text('The file of the certificate authority to trust besides the usual ones.').optional(),
    route: text(
      'The route to which the bot listens; chatops (hubot) unless given, errbot for err-stackstorm.',
    )
      .regex(/^[\w.-]+$/, { error: 'It must be one word.' })
      .optional(),
    trust_nicknames: z
      .boolean()
      .describe('Whether the names that the bot tells prove who speaks; false unless given.')
      .optional(),
    marks: z
      .enum(['none', 'markdown', 'slack'])
      .describe('How the chat behind the bot writes bold text and links; none unless given.')
      .optional(),
    longest: z
      .int()
      .min(200)
      .max(16_000)
      .describe('The longest message that the bot posts, in characters; 2000 unless given.')
      .optional(),
    channels: channelsField.optional(),
  })
  .describe("A StackStorm's own ChatOps (hubot-stackstorm, err-stackstorm); needs the pack packtrain there.");

/** StackStorm's own ChatOps in the config. */
export const chatopsKind: ChatKind<typeof schema> = {
  schema,
  needsChannelIds: true,
  build: (entry, folder) =>
    given({
      kind: 'chatops' as const,
      channels: channelMap(entry.channels),
      url: entry.url,
      apiKey: buildSecret(entry.api_key, folder),
      key: buildSecret(entry.key, folder),
      caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
      route: entry.route ?? 'chatops',
      trustNicknames: entry.trust_nicknames ?? false,
      marks: entry.marks ?? ('none' as const),
      longest: entry.longest ?? 2_000,
    }),
};
