import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

/** One event of a server's stream. */
export type StreamEvent = EventSourceMessage;

/**
 * Reads the server-sent events of one response until the server ends it.
 * @throws whatever the network throws when the connection breaks.
 */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  if (response.body === null) return;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // Whoever stops early must not leave the connection open.
    await reader.cancel().catch(() => undefined);
  }
}
