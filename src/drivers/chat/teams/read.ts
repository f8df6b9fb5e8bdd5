import {
  parseTeamsWebhookBody,
  type TeamsActivity,
  type TeamsWebhookPayload,
} from '@chat-adapter/teams/webhook';
import type { Actor } from '../../../core/actor.js';
import type { IncomingMessage } from '../../../core/chat.js';
import { conversationOf, messageId } from './ids.js';

const platform = 'teams';

/** Reads what Teams posted; undefined for what nobody said. */
export function readActivity(activity: TeamsActivity, appId: string): IncomingMessage | undefined {
  const payload = parseTeamsWebhookBody(activity, { botAppId: appId });
  const { id, from, conversation } = activity;
  if (id === undefined || from?.id === undefined || conversation?.id === undefined) return undefined;
  const { channel, thread } = conversationOf(conversation.id);
  const at = { channel, ...(thread === undefined ? {} : { thread }) };
  const author: Actor = { platform, userId: from.aadObjectId ?? from.id, name: from.name ?? from.id };
  const fromSelf = from.id === `28:${appId}`;
  const said = whatIsIn(payload, appId);
  if (said === undefined) return undefined;
  const own = messageId({ ...at, message: id });
  const shown = said.pressed === undefined ? own : messageId({ ...at, message: activity.replyToId ?? id });
  return {
    ...said,
    id: said.pressed === undefined ? own : `press/${own}`,
    author,
    // A thread goes by its first message, which may be one of ours.
    origin: {
      platform,
      channel,
      ...(thread === undefined ? {} : { thread: messageId({ ...at, message: thread }) }),
      messageId: shown,
    },
    fromSelf,
    addressed: said.addressed || conversation.conversationType === 'personal',
  };
}

function whatIsIn(
  payload: TeamsWebhookPayload,
  appId: string,
): Pick<IncomingMessage, 'text' | 'addressed' | 'pressed'> | undefined {
  if (payload.kind === 'message')
    return { text: asTyped(payload.text, payload.raw, appId), addressed: payload.isMention };
  if (payload.kind !== 'card_action') return undefined;
  const pressed = payload.raw.value?.value;
  return typeof pressed === 'string' ? { text: '', addressed: true, pressed } : undefined;
}

/** A line as it was typed: a mention of the bot at its beginning is left out, others are names after an @. */
function asTyped(text: string, { entities = [] }: TeamsActivity, appId: string): string {
  const mentions = entities.filter(({ type }) => type === 'mention');
  const own = mentions.find(({ mentioned }) => mentioned?.id?.endsWith(appId) === true)?.text;
  const spoken =
    own !== undefined && text.trimStart().startsWith(own) ? text.trimStart().slice(own.length) : text;
  return spoken
    .replace(/<at\b[^>]{0,200}>([^<]{0,300})<\/at>/g, '@$1')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/^[\s:,]+|\s+$/g, '');
}
