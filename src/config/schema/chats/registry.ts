import { z } from 'zod';
import { chatopsKind } from './chatops.js';
import { discordKind } from './discord.js';
import { googleChatKind } from './google-chat.js';
import { ircKind } from './irc.js';
import type { ChatKind } from './kind.js';
import { matrixKind } from './matrix.js';
import { mattermostKind } from './mattermost.js';
import { slackKind } from './slack.js';
import { teamsKind } from './teams.js';
import { xmppKind } from './xmpp.js';

/** The platforms that there are drivers for. Each has a file beside this one. */
export const chatKinds: Readonly<Record<string, ChatKind>> = {
  chatops: chatopsKind,
  discord: discordKind,
  'google-chat': googleChatKind,
  irc: ircKind,
  matrix: matrixKind,
  mattermost: mattermostKind,
  slack: slackKind,
  teams: teamsKind,
  xmpp: xmppKind,
};

/** The section `chats:`. */
export const chatsSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(chatKinds).map(([platform, { schema }]) => [platform, schema.optional()]),
    ),
  )
  .describe('The chats that people use already, by platform.');

/** The section as it was read. */
export type ChatsEntry = z.output<typeof chatsSchema>;
