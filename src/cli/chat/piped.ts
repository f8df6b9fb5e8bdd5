import { createInterface } from 'node:readline';
import { failureFrom, type RoomEvent } from '../client.js';
import type { Outcome } from '../outcome.js';
import type { Session } from '../session.js';
import { type Conversation, createConversation } from './conversation.js';
import type { Joined } from './joined.js';
import { createLastWords } from './last-words.js';
import { plainMessage } from './message-text.js';
import { createNewsFilter } from './news.js';
import { say } from './post.js';

/** What Ctrl-C ends a program with. */
const interrupted = 130;
/** How often what is still open is asked after, in milliseconds. */
const askAfterMs = 2_000;

/**
 * Says every line of the input in a room and prints every message and edit there, until the input has closed and all
 * that it asked for has ended. Gives the exit code.
 */
export async function chatPiped(session: Session, joined: Joined): Promise<number> {
  const abort = new AbortController();
  const { signal } = abort;
  const conversation = createConversation();
  const isNews = createNewsFilter();
  let said: Outcome<void> | undefined;
  let saying: Promise<void> | undefined;

  const endWhenSettled = () => {
    if (said !== undefined && (!said.ok || conversation.isSettled())) abort.abort();
  };
  // Nothing is said before we listen, so that no answer is missed.
  const onOpen = () => {
    saying ??= sayAll(session, joined, conversation, signal).then((outcome) => {
      said = outcome;
      endWhenSettled();
    });
  };
  const askAfter = createLastWords(joined.client, conversation);
  const stopWaiting = repeat(askAfterMs, async () => {
    if (said === undefined) return;
    await askAfter();
    endWhenSettled();
  });
  const stopInterrupts = session.context.onInterrupt(() => abort.abort(interrupted));
  try {
    for await (const event of joined.client.roomEvents(joined.room, session.options.as, { signal, onOpen })) {
      if (isNews(event.message)) show(session, event);
      conversation.heard(event.message);
      endWhenSettled();
    }
    await saying;
  } catch (error) {
    return session.fail(failureFrom(error));
  } finally {
    stopWaiting();
    stopInterrupts();
    abort.abort();
  }
  if (signal.reason === interrupted) return interrupted;
  return said === undefined || said.ok ? 0 : session.fail(said.failure);
}

/** Says the input's lines, one after the other. */
async function sayAll(
  session: Session,
  joined: Joined,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<Outcome<void>> {
  const lines = createInterface({ input: session.context.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  signal.addEventListener('abort', () => lines.close());
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const posted = await say(session, joined, line, signal);
    if (!posted.ok) return posted;
    conversation.asked(posted.value);
  }
  return { ok: true, value: undefined };
}

function show(session: Session, { kind, message }: RoomEvent): void {
  if (session.options.json) session.json({ kind, ...message });
  else session.print(plainMessage(message, kind === 'edit', session.context.clock.now().getTime()));
}

/** Does something again and again, never twice at a time; returns what ends it. */
function repeat(everyMs: number, work: () => Promise<void>): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    void work().finally(() => {
      isBusy = false;
    });
  }, everyMs);
  return () => clearInterval(timer);
}
