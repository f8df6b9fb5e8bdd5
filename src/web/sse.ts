import { setTimeout as timer } from 'node:timers';

/** One event of a stream; without data it only keeps the connection alive. */
export interface StreamEvent {
  readonly data?: string;
  readonly id?: string;
  readonly event?: string;
}

/** What else there is to a stream. */
export interface StreamOptions {
  /** It ends at this, too. */
  readonly until?: AbortSignal;
  /** Called once, when it has ended. */
  readonly onEnd?: () => void;
}

/** All streams that are open, so that they can be bounded and ended. */
export interface StreamHub {
  /** Answers with a stream of events; it ends with the source, the client, or the hub. */
  open(source: (signal: AbortSignal) => AsyncGenerator<StreamEvent>, more?: StreamOptions): Response;
  /** Ends all streams; later ones end at once. */
  close(): void;
  /** How many are open. */
  readonly size: number;
  /** Whether another would be refused. */
  readonly isFull: boolean;
}

/** How long a stream is silent at most, in milliseconds; proxies and browsers give up on silent ones. */
export const heartbeatMs = 15_000;

const mostStreams = 1_000;

/** Makes a hub. What a client does not read is not produced: a slow one holds nothing but its connection. */
export function createStreamHub(): StreamHub {
  const closing = new Set<AbortController>();
  let isClosed = false;

  function open(
    source: (signal: AbortSignal) => AsyncGenerator<StreamEvent>,
    { until, onEnd }: StreamOptions = {},
  ): Response {
    if (closing.size >= mostStreams) return new Response('Too many open streams.\n', { status: 503 });
    const controller = new AbortController();
    closing.add(controller);
    if (isClosed || until?.aborted) controller.abort();
    const end = () => controller.abort();
    until?.addEventListener('abort', end);
    const body = toBody(source(controller.signal), controller, () => {
      until?.removeEventListener('abort', end);
      if (closing.delete(controller)) onEnd?.();
    });
    return new Response(body, {
      headers: {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-cache',
        'X-Accel-Buffering': 'no',
      },
    });
  }

  return {
    open,
    close() {
      isClosed = true;
      for (const controller of closing) controller.abort();
    },
    get size() {
      return closing.size;
    },
    get isFull() {
      return closing.size >= mostStreams;
    },
  };
}

function toBody(
  events: AsyncGenerator<StreamEvent>,
  controller: AbortController,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();

  async function end(): Promise<void> {
    onEnd();
    controller.abort();
    await events.return(undefined);
  }

  return new ReadableStream<Uint8Array>(
    {
      // The first bytes send the headers off, so that the client knows it is connected.
      start: (stream) => stream.enqueue(encoder.encode(': connected\n\n')),
      async pull(stream) {
        try {
          const next = await events.next();
          if (next.done !== true) return stream.enqueue(encoder.encode(written(next.value)));
          stream.close();
          await end();
        } catch (error) {
          stream.error(error);
          await end();
        }
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}

function written(event: StreamEvent): string {
  if (event.data === undefined && event.event === undefined) return ': alive\n\n';
  const fields = [
    ...(event.id === undefined ? [] : [`id: ${event.id}`]),
    ...(event.event === undefined ? [] : [`event: ${event.event}`]),
    ...(event.data ?? '').split(/\r\n|\r|\n/).map((line) => `data: ${line}`),
  ];
  return `${fields.join('\n')}\n\n`;
}

/** Wakes up one who waits; a ring while nobody waits is kept. */
export interface Bell {
  ring(): void;
  /** True when it rang, false after `withinMs` milliseconds or when the signal came. */
  wait(withinMs: number): Promise<boolean>;
}

/** Makes a bell that stops waiting at the signal. */
export function createBell(signal: AbortSignal): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  signal.addEventListener('abort', () => wake?.(), { once: true });
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(withinMs) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const late = timer(resolve, withinMs);
          wake = () => {
            clearTimeout(late);
            resolve();
          };
        });
        wake = undefined;
      }
      const heard = rung;
      rung = false;
      return heard;
    },
  };
}

/** The `Last-Event-ID` of a client that comes back, else the `after` of the URL, else 0. */
export function resumeAfter(header: string | undefined, query: string | undefined): number {
  const given = header ?? query ?? '';
  return /^\d{1,15}$/.test(given) ? Number(given) : 0;
}
