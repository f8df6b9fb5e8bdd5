import { z } from 'zod';
import { buildSecret } from '../../build/repository.js';
import { secretSource, text } from '../fields.js';
import { type ChatKind, channelMap, channelsField, webAddress } from './kind.js';

const schema = z
  .strictObject({
    app_id: text('The id of the app, as Microsoft Entra has it.'),
    tenant_id: text('The id of the organisation (tenant) whose people may speak to the bot.'),
    app_password: secretSource('A client secret of the app.'),
    channels: channelsField.optional(),
    login_url: webAddress(
      'Where tokens are fetched, for another cloud; the public one unless given.',
    ).optional(),
    metadata_url: webAddress(
      'The OpenID metadata of those who post, for another cloud; the public one unless given.',
    ).optional(),
  })
  .describe('Microsoft Teams; needs @chat-adapter/teams.');

/** Teams in the config. */
export const teamsKind: ChatKind<typeof schema> = {
  schema,
  needsChannelIds: true,
  build: (entry, folder) => ({
    kind: 'teams' as const,
    channels: channelMap(entry.channels),
    appId: entry.app_id,
    tenantId: entry.tenant_id,
    appPassword: buildSecret(entry.app_password, folder),
    ...(entry.login_url === undefined ? {} : { loginUrl: entry.login_url.replace(/\/$/, '') }),
    ...(entry.metadata_url === undefined ? {} : { metadataUrl: entry.metadata_url }),
  }),
};
