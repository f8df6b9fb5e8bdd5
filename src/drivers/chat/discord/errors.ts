import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';

/** Discord's codes for what it will never take. */
const never = new Set([
  10003, // unknown channel
  10008, // unknown message
  10013, // unknown user
  50001, // missing access
  50005, // a message of somebody else
  50006, // an empty message
  50007, // this person takes no messages
  50008, // a channel for voice
  50013, // missing permissions
  50035, // a form that it does not know
  50083, // an archived thread
  160005, // a locked thread
]);

const usualPauseMs = 5_000;

/** What went wrong with a call, by what may be done about it. @param body what Discord answered */
export function discordError(status: number, body: string): Error {
  const { code, message, retry_after: seconds } = parsed(body);
  if (status === 429)
    return new ChatRateLimited(
      'discord',
      typeof seconds === 'number' ? Math.ceil(seconds * 1_000) : usualPauseMs,
    );
  const said = `Discord answers ${status}: ${typeof message === 'string' ? message : 'nothing more'}`;
  return typeof code === 'number' && never.has(code) ? new ChatUndeliverable(said) : new Error(said);
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
