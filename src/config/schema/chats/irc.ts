import { z } from 'zod';
import { given } from '../../build/given.js';
import { buildSecret } from '../../build/repository.js';
import { resolvePath } from '../../paths.js';
import { secretSource, text, texts } from '../fields.js';
import { type ChatKind, channelMap, channelsField } from './kind.js';

const word = (description: string) =>
  text(description).refine((value) => !/\s/.test(value), { error: 'It must be one word.' });

const most = 100_000;

const schema = z
  .strictObject({
    host: word('The server of the network.'),
    port: z.int().min(1).max(65_535).describe('Its port; 6697, or 6667 without TLS.').optional(),
    tls: z.boolean().describe('Whether the connection is encrypted; true unless given.').optional(),
    ca_file: text('The file of the certificate authority to trust in place of the usual ones.').optional(),
    nick: word('What Packtrain is called there; packtrain unless given.').optional(),
    password: secretSource("The server's own password.").optional(),
    account: z
      .strictObject({
        name: word("The account's name."),
        password: secretSource("The account's password."),
      })
      .describe("The account at the network's services, for SASL PLAIN.")
      .optional(),
    join: texts('The channels to be in.', 'A channel, with its # and in quotes.').refine(
      (channels) => channels.every((channel) => /^[#&+!][^\s,]+$/.test(channel)),
      { error: 'A channel is written with its mark and in quotes, as "#deploys".' },
    ),
    trust_nicknames: z
      .boolean()
      .describe('Whether nobody there can bear the nick of somebody else; false unless given.')
      .optional(),
    lines_at_once: z.int().min(1).max(most).describe('How many lines are said at once.').optional(),
    lines_per_minute: z
      .int()
      .min(1)
      .max(most)
      .describe('How many lines a minute are said after that.')
      .optional(),
    channels: channelsField.optional(),
  })
  .describe('An IRC network; needs irc-framework.');

/** IRC in the config. */
export const ircKind: ChatKind<typeof schema> = {
  schema,
  build(entry, folder) {
    const { tls = true, account } = entry;
    return given({
      kind: 'irc' as const,
      channels: channelMap(entry.channels),
      host: entry.host,
      port: entry.port ?? (tls ? 6697 : 6667),
      tls,
      caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
      nick: entry.nick ?? 'packtrain',
      password: entry.password && buildSecret(entry.password, folder),
      account: account && { name: account.name, password: buildSecret(account.password, folder) },
      join: entry.join,
      trustNicknames: entry.trust_nicknames ?? false,
      linesAtOnce: entry.lines_at_once ?? 5,
      linesPerMinute: entry.lines_per_minute ?? 30,
    });
  },
};
