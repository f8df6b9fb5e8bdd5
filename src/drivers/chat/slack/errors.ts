import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import { errorMessage } from '../../../core/error-message.js';

/** What Slack says of a message that it will never take, in its own words. */
const never = new Set([
  'as_user_not_supported',
  'cannot_dm_bot',
  'cant_update_message',
  'channel_is_archived',
  'channel_not_found',
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
  'edit_window_closed',
  'invalid_blocks',
  'is_archived',
  'message_not_found',
  'messages_tab_disabled',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_permission',
  'no_text',
  'not_in_channel',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'user_disabled',
  'user_not_found',
  'user_not_in_channel',
  'user_not_visible',
]);

const busy = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

// Where Slack names no time.
const usualPauseMs = 30_000;

/** What went wrong with a call, by what may be done about it. */
export function slackError(error: unknown): Error {
  const { code, retryAfter } = fieldsOf(error);
  const said = saidBySlack(error);
  if (code === 'slack_webapi_rate_limited_error')
    return new ChatRateLimited('slack', typeof retryAfter === 'number' ? retryAfter * 1_000 : usualPauseMs);
  if (said !== undefined && busy.has(said)) return new ChatRateLimited('slack', usualPauseMs);
  if (said !== undefined && never.has(said)) return new ChatUndeliverable(`Slack says ${said}`);
  return new Error(said === undefined ? errorMessage(error) : `Slack says ${said}`, { cause: error });
}

/** The code with which Slack itself refused a call; undefined when it was not Slack that did. */
export function saidBySlack(error: unknown): string | undefined {
  const said = fieldsOf(fieldsOf(error).data).error;
  return typeof said === 'string' ? said : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
