import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { failureFrom, type RoomEvent } from '../client.js';
import type { Session } from '../session.js';
import { createCompleter, namesIn } from './completion.js';
import type { Joined } from './joined.js';
import { styledMessage } from './message-text.js';
import { createNewsFilter } from './news.js';
import { say } from './post.js';
import { createScreen, type Screen } from './screen.js';

/** A chat for people: a prompt at the bottom, what is said above it. Ends on Ctrl-D or Ctrl-C; gives the exit code. */
export async function chatAtTerminal(session: Session, joined: Joined): Promise<number> {
  const { context, options, style } = session;
  const abort = new AbortController();
  const names = new Set<string>();
  const prompt = createInterface({
    input: context.stdin as Readable,
    output: context.stdout as Writable,
    terminal: true,
    historySize: 200,
    removeHistoryDuplicates: true,
    completer: createCompleter(() => names),
    prompt: `${style.cyan(`${options.as}@${joined.room}`)}> `,
  });
  const screen = createScreen(prompt, context);
  const own: string[] = [];
  const isNews = createNewsFilter();
  prompt.on('line', (text) => {
    screen.lineSent();
    prompt.prompt();
    if (text.trim() === '') return;
    own.push(text.trim());
    void say(session, joined, text, abort.signal).then((posted) => {
      if (!posted.ok) screen.print('failure', style.red(`${posted.failure.what} ${posted.failure.next}`));
    });
  });
  prompt.on('close', () => abort.abort());
  prompt.on('SIGINT', () => prompt.close());
  await learnNames(session, joined, names);
  let isIn = false;
  const onOpen = () => {
    if (isIn) return;
    isIn = true;
    session.print(style.dim('Tab completes, the arrow keys bring back what you said, Ctrl-D leaves.'));
    prompt.prompt();
  };
  try {
    const following = { signal: abort.signal, onOpen };
    const events = joined.client.roomEvents(joined.room, options.as, following);
    for await (const event of events) {
      if (isEcho(event, options.as, own) || !isNews(event.message)) continue;
      for (const name of namesIn(event.message.text)) names.add(name);
      show(session, screen, event);
    }
    return 0;
  } catch (error) {
    return session.fail(failureFrom(error));
  } finally {
    prompt.close();
    context.stdout.write('\n');
  }
}

/** Our own line comes back to us, but we see it already where we typed it. */
function isEcho({ message }: RoomEvent, as: string, own: string[]): boolean {
  if (message.fromBot || message.author !== as) return false;
  const index = own.indexOf(message.text.trim());
  if (index < 0) return false;
  own.splice(index, 1);
  return true;
}

function show({ context, style }: Session, screen: Screen, { kind, message }: RoomEvent): void {
  const text = styledMessage(message, context.clock.now().getTime(), style);
  // An earlier message can't be drawn anew: of a long story only the end is told again.
  const isShown = kind === 'message' || screen.isLast(message.id) || message.ended === true;
  if (isShown) screen.print(message.id, text);
}

async function learnNames(
  { context, options }: Session,
  { client }: Joined,
  names: Set<string>,
): Promise<void> {
  const answer = await client.command({ line: 'pack list', as: options.as, key: context.newKey() });
  if (answer.ok) for (const name of namesIn(answer.value.text)) names.add(name);
}
