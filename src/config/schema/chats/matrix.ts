import { z } from 'zod';
import { given } from '../../build/given.js';
import { buildSecret } from '../../build/repository.js';
import { resolvePath } from '../../paths.js';
import { secretSource, text, texts } from '../fields.js';
import { type ChatKind, channelMap, channelsField, webAddress } from './kind.js';

const room = /^(#[^:\s]+:\S+|!\S+)$/;
const person = /^(\*|@\S+:\S+|\*:\S+)$/;

const schema = z
  .strictObject({
    homeserver: webAddress(
      "The address of the homeserver's client-server API, such as https://matrix.example.com.",
    ),
    access_token: secretSource("The access token of the bot's account."),
    ca_file: text('The file of a certificate authority to trust besides the usual ones.').optional(),
    join: texts('The rooms to be in.', 'An alias, as "#ops:example.com", or an id, in quotes.')
      .refine((rooms) => rooms.every((one) => room.test(one)), {
        error:
          'A room is written by its alias, as "#ops:example.com", or its id, as "!abc:example.com", in quotes.',
      })
      .optional(),
    invited_by: texts(
      'Whose invitations are accepted to any room; nobody’s unless given.',
      'The id of a person, as "@ann:example.com"; "*:example.com" is everybody of a homeserver.',
    )
      .refine((people) => people.every((one) => person.test(one)), {
        error:
          'It takes ids of people, as "@ann:example.com", or "*:example.com" for everybody of a homeserver.',
      })
      .optional(),
    channels: channelsField
      .refine((ids) => Object.values(ids).every((id) => id.startsWith('!')), {
        error:
          'It takes ids of rooms, as "!abc:example.com"; a room with an alias is found by that without an entry here.',
      })
      .optional(),
  })
  .describe('A Matrix account, for rooms that are not encrypted.');

/** Matrix in the config. */
export const matrixKind: ChatKind<typeof schema> = {
  schema,
  build: (entry, folder) =>
    given({
      kind: 'matrix' as const,
      channels: channelMap(entry.channels),
      homeserver: entry.homeserver.replace(/\/+$/, ''),
      accessToken: buildSecret(entry.access_token, folder),
      caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
      join: entry.join ?? [],
      invitedBy: entry.invited_by ?? [],
    }),
};
