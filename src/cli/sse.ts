import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

/** One event of a server's stream. */
export type StreamEvent = EventSourceMessage;

/**
 * Reads the server-sent events of one response until the server ends it, or the signal says so.
 * @throws whatever the network throws when the connection breaks.
 */
export async function* readEvents(response: Response, signal?: AbortSignal): AsyncGenerator<StreamEvent> {
  if (response.body === null) return;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  // Not waited for: a connection that was aborted while it was being read may never confirm that it has ended.
  const stop = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop);
  try {
    while (signal?.aborted !== true) {
      const next = await reader.read();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}
