import { z } from 'zod';
import { buildSecret } from '../../build/repository.js';
import { secretSource, text } from '../fields.js';
import { apiUrlField, type ChatKind, channelMap, channelsField } from './kind.js';

const schema = z
  .strictObject({
    bot_token: secretSource('The token of the bot.'),
    public_key: text(
      'The public key of the application: where Discord posts commands and buttons to /chats/discord. Else they come as all else does.',
    )
      .regex(/^[0-9a-f]{64}$/i, {
        error: 'It takes the 64 hexadecimal digits of the application’s public key.',
      })
      .optional(),
    channels: channelsField.optional(),
    api_url: apiUrlField.optional(),
  })
  .describe('Discord; needs @chat-adapter/discord.');

/** Discord in the config. */
export const discordKind: ChatKind<typeof schema> = {
  schema,
  needsChannelIds: true,
  build: (entry, folder) => ({
    kind: 'discord' as const,
    channels: channelMap(entry.channels),
    botToken: buildSecret(entry.bot_token, folder),
    ...(entry.public_key === undefined ? {} : { publicKey: entry.public_key }),
    ...(entry.api_url === undefined ? {} : { apiUrl: entry.api_url }),
  }),
};
