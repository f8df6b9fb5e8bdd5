/**
 * A message's place: the conversation without its thread, the thread's first message where there are threads, and the
 * message itself. A message that begins a thread is the first of its own.
 */
export interface Place {
  readonly channel: string;
  readonly thread?: string;
  readonly message: string;
}

/** A message's id, from which it can be changed. */
export function messageId({ channel, thread = '', message }: Place): string {
  return `${channel}/${thread}/${message}`;
}

/** The place of an id. */
export function placeOf(id: string): Place {
  const [message = '', thread = '', ...rest] = id.split('/').reverse();
  const channel = rest.reverse().join('/');
  return { channel, message, ...(thread === '' ? {} : { thread }) };
}

/** A conversation as Teams names it, in two parts. */
export function conversationOf(id: string): { readonly channel: string; readonly thread?: string } {
  const [channel = '', thread] = id.split(';messageid=');
  return thread === undefined ? { channel } : { channel, thread };
}

/** A conversation as Teams names it. */
export function conversationId(channel: string, thread?: string): string {
  return thread === undefined ? channel : `${channel};messageid=${thread}`;
}
