import { z } from 'zod';
import { buildSecret } from '../../build/repository.js';
import { secretSource, text } from '../fields.js';
import { apiUrlField, type ChatKind, channelMap, channelsField, webAddress } from './kind.js';

const schema = z
  .strictObject({
    service_account: secretSource('The file of the service account by which the app speaks, whole.'),
    endpoint_url: webAddress('The address that Google posts to, to the letter as it was told there.'),
    add_on_account: text(
      'The account by which Google posts, such as service-123@gcp-sa-gsuiteaddons.iam.gserviceaccount.com with the number of the project.',
    ).optional(),
    channels: channelsField.optional(),
    api_url: apiUrlField.optional(),
    metadata_url: webAddress(
      'The OpenID metadata of those who post; that of Google unless given.',
    ).optional(),
  })
  .describe('Google Chat; needs @chat-adapter/gchat.');

/** Google Chat in the config. */
export const googleChatKind: ChatKind<typeof schema> = {
  schema,
  needsChannelIds: true,
  build: (entry, folder) => ({
    kind: 'google-chat' as const,
    channels: channelMap(entry.channels),
    credentials: buildSecret(entry.service_account, folder),
    endpointUrl: entry.endpoint_url,
    ...(entry.add_on_account === undefined ? {} : { addOnAccount: entry.add_on_account }),
    ...(entry.api_url === undefined ? {} : { apiUrl: entry.api_url }),
    ...(entry.metadata_url === undefined ? {} : { metadataUrl: entry.metadata_url }),
  }),
};
