import { z } from 'zod';
import { given } from '../../build/given.js';
import { buildSecret } from '../../build/repository.js';
import { resolvePath } from '../../paths.js';
import { secretSource, text } from '../fields.js';
import { type ChatKind, channelMap, channelsField, webAddress } from './kind.js';

const schema = z
  .strictObject({
    url: webAddress('The address of the server, as people open it in a browser.'),
    token: secretSource("The token of the bot's account."),
    ca_file: text('The file of the certificate authority to trust besides the usual ones.').optional(),
    team: text('The team that is meant where several have a channel of a name.').optional(),
    endpoint_url: webAddress(
      'Where Mattermost posts presses of buttons and slash commands to: the address of /chats/mattermost here. Without it there are neither.',
    ).optional(),
    slash_tokens: z
      .array(secretSource('The token of a slash command.'))
      .min(1, { error: 'It takes the token of at least one slash command.' })
      .describe('The tokens of the slash commands that post here, one for each command and team.')
      .optional(),
    channels: channelsField
      .refine((channels) => Object.values(channels).every((id) => /^[a-z0-9]{26}$/.test(id)), {
        error:
          'It takes ids of channels, 26 letters and digits; a channel is found by its name, or as team/name, without an entry here.',
      })
      .optional(),
  })
  .refine(({ slash_tokens, endpoint_url }) => slash_tokens === undefined || endpoint_url !== undefined, {
    path: ['slash_tokens'],
    error: 'Slash commands need endpoint_url, too: the address that they post to.',
  })
  .describe('A Mattermost server; needs ws.');

/** Mattermost in the config. */
export const mattermostKind: ChatKind<typeof schema> = {
  schema,
  build: (entry, folder) =>
    given({
      kind: 'mattermost' as const,
      channels: channelMap(entry.channels),
      url: entry.url.replace(/\/+$/, ''),
      token: buildSecret(entry.token, folder),
      caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
      team: entry.team,
      endpointUrl: entry.endpoint_url,
      slashTokens: (entry.slash_tokens ?? []).map((source) => buildSecret(source, folder)),
    }),
};
