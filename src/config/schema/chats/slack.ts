import { z } from 'zod';
import { buildSecret } from '../../build/repository.js';
import { secretSource } from '../fields.js';
import { apiUrlField, type ChatKind, channelMap, channelsField } from './kind.js';

const common = {
  bot_token: secretSource('The bot token, which begins with xoxb-.'),
  channels: channelsField.optional(),
  api_url: apiUrlField.optional(),
};

const socket = z
  .strictObject({
    mode: z.literal('socket').describe('Socket Mode: Packtrain connects to Slack.'),
    app_token: secretSource('The app-level token, which begins with xapp-.'),
    ...common,
  })
  .describe('A Slack workspace, by Socket Mode.');

const webhook = z
  .strictObject({
    mode: z.literal('webhook').describe('Slack posts to /chats/slack, which it has to reach.'),
    signing_secret: secretSource('The signing secret of the app, by which posts are proved.'),
    ...common,
  })
  .describe('A Slack workspace that posts.');

const schema = z
  .discriminatedUnion('mode', [socket, webhook])
  .describe('A Slack workspace; needs @chat-adapter/slack.');

/** Slack in the config. */
export const slackKind: ChatKind<typeof schema> = {
  schema,
  build(entry, folder) {
    const common = {
      kind: 'slack' as const,
      channels: channelMap(entry.channels),
      botToken: buildSecret(entry.bot_token, folder),
      ...(entry.api_url === undefined ? {} : { apiUrl: entry.api_url }),
    };
    return entry.mode === 'socket'
      ? { ...common, mode: entry.mode, appToken: buildSecret(entry.app_token, folder) }
      : { ...common, mode: entry.mode, signingSecret: buildSecret(entry.signing_secret, folder) };
  },
};
