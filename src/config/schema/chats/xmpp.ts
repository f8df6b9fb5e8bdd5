import { z } from 'zod';
import { given } from '../../build/given.js';
import { buildSecret } from '../../build/repository.js';
import { resolvePath } from '../../paths.js';
import { secretSource, text, texts } from '../fields.js';
import { type ChatKind, channelMap, channelsField } from './kind.js';

const address = /^[^@\s/]+@[^@\s/]+$/;
const most = 100_000;

const whole = (description: string) => z.int().min(1).max(most).describe(description);

const schema = z
  .strictObject({
    jid: text('The address of the account, such as packtrain@example.net.').regex(address, {
      error: 'An address is written as packtrain@example.net.',
    }),
    password: secretSource("The account's password."),
    host: text('The server, where the DNS does not lead from the domain to it.').optional(),
    port: z.int().min(1).max(65_535).describe('Its port; 5222, or 5223 with direct_tls.').optional(),
    tls: z.boolean().describe('Whether the connection is encrypted; true unless given.').optional(),
    direct_tls: z
      .boolean()
      .describe('Whether it is so from its first byte, rather than by STARTTLS; false unless given.')
      .optional(),
    ca_file: text('The file of the certificate authority to trust in place of the usual ones.').optional(),
    nick: text('What Packtrain is called in rooms; packtrain unless given.').optional(),
    join: texts('The rooms to be in.', 'A room, such as deploys@rooms.example.net.').refine(
      (rooms) => rooms.every((room) => address.test(room)),
      { error: 'A room is written as deploys@rooms.example.net.' },
    ),
    room_passwords: z
      .record(text('A room of join.'), secretSource("The room's password."))
      .describe('The passwords of the rooms that have one.')
      .optional(),
    trust_nicknames: z
      .boolean()
      .describe('Whether nobody in these rooms can bear the nick of somebody else; false unless given.')
      .optional(),
    corrections: z
      .boolean()
      .describe('Whether a message is corrected in place while it changes; true unless given.')
      .optional(),
    messages_at_once: whole('How many messages a room is told at once.').optional(),
    messages_per_minute: whole('How many messages a minute it is told after that.').optional(),
    channels: channelsField.optional(),
  })
  .refine(({ tls, direct_tls: isDirect }) => tls !== false || isDirect !== true, {
    path: ['direct_tls'],
    error: 'tls: false and direct_tls: true exclude each other; take one of them away.',
  })
  .refine(
    ({ join, room_passwords: passwords = {} }) => Object.keys(passwords).every((room) => join.includes(room)),
    {
      path: ['room_passwords'],
      error: 'It names a room that join does not have.',
    },
  )
  .describe('Rooms on an XMPP (Jabber) server; needs @xmpp/client.');

/** XMPP in the config. */
export const xmppKind: ChatKind<typeof schema> = {
  schema,
  build(entry, folder) {
    const passwords = Object.entries(entry.room_passwords ?? {});
    return given({
      kind: 'xmpp' as const,
      channels: channelMap(entry.channels),
      jid: entry.jid,
      password: buildSecret(entry.password, folder),
      host: entry.host,
      port: entry.port,
      tls: entry.tls ?? true,
      directTls: entry.direct_tls ?? false,
      caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
      nick: entry.nick ?? 'packtrain',
      join: entry.join,
      roomPasswords: new Map(
        passwords.map(([room, source]) => [room.toLowerCase(), buildSecret(source, folder)]),
      ),
      trustNicknames: entry.trust_nicknames ?? false,
      corrections: entry.corrections ?? true,
      messagesAtOnce: entry.messages_at_once ?? 10,
      messagesPerMinute: entry.messages_per_minute ?? 60,
    });
  },
};
