import { type ActionEvent, type Adapter, Chat, type Message, type SlashCommandEvent } from 'chat';
import type { ChatAdapter, IncomingMessage } from '../../../core/chat.js';
import type { OutsideChatParts } from '../../../core/outside-chat.js';
import { within } from '../../../core/within.js';
import { sdkLog } from './log.js';
import { createSdkState } from './state.js';

/** How one platform's events are read; undefined for what is nothing that anybody said. */
export interface SdkReader {
  line(message: Message, threadId: string): IncomingMessage | undefined;
  command(event: SlashCommandEvent): IncomingMessage | undefined;
  press(event: ActionEvent): IncomingMessage | undefined;
}

/** An adapter of the SDK's, whose own types take a value that is undefined for one that is absent. */
export type SdkAdapter = Omit<Adapter, 'botUserId'> & { readonly botUserId?: string | undefined };

/** What a bridge is made of. */
export interface BridgeOptions {
  readonly adapter: SdkAdapter;
  readonly reader: SdkReader;
  readonly parts: OutsideChatParts;
  /** Which values of the SDK's are needed after a restart; none unless given. */
  readonly isKept?: (key: string) => boolean;
}

/** The `chat` SDK between one of its adapters and our port. */
export interface Bridge {
  /** Hands over what people say until it is closed. Throws when the SDK can't begin. */
  open(onMessage: Parameters<ChatAdapter['start']>[0]): Promise<void>;
  /**
   * Lets the SDK work on what came in, once all that came before was handed over: it looks up names on the way, and
   * lines would overtake each other.
   */
  inTurn<T>(work: (options: WorkOptions) => T | Promise<T>): Promise<Worked<T>>;
  /** Takes what the platform posts; its answer waits until every line in it was handed over. */
  receive(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** What the SDK is given so that it tells what it does beside its answer. */
export interface WorkOptions {
  readonly waitUntil: (task: Promise<unknown>) => void;
  readonly propagateHandlerErrors: true;
}

/** What the SDK answered, and whether all that it did beside it went well. */
export interface Worked<T> {
  readonly answer: T;
  readonly done: Promise<boolean>;
}

// How long what is under way is waited for at the end.
const graceMs = 1_000;

// A platform posts again what was answered so.
const tryAgain = () => new Response('not now', { status: 503 });

/** Puts the SDK between one of its adapters and our port. */
export function createBridge({ adapter, reader, parts, isKept = () => false }: BridgeOptions): Bridge {
  const { log, clock, state } = parts;
  let hear: ((message: IncomingMessage) => Promise<void>) | undefined;
  const chat = new Chat({
    userName: adapter.userName,
    adapters: { [adapter.name]: adapter as Adapter },
    state: createSdkState({ state, clock, isKept }),
    // Any other way drops or delays lines that come while one is handled.
    concurrency: 'concurrent',
    logger: sdkLog(log, adapter.name),
  });

  const turns = createTurns();

  async function take(message: IncomingMessage | undefined): Promise<void> {
    if (message === undefined) return;
    if (hear === undefined) throw new Error(`${adapter.name} is closed`);
    const heard = hear(message);
    turns.next();
    await heard;
  }

  // A line comes to one of these four, by what the SDK takes it for; all go one way here.
  const onLine = (_thread: unknown, message: Message) => take(reader.line(message, message.threadId));
  chat.onDirectMessage(onLine);
  chat.onNewMention(onLine);
  chat.onSubscribedMessage(onLine);
  chat.onNewMessage(/^/, onLine);
  chat.onSlashCommand((event) => take(reader.command(event)));
  chat.onAction((event) => take(reader.press(event)));

  return {
    async open(onMessage) {
      hear = onMessage;
      await chat.initialize();
    },
    inTurn: (work) => turns.take(() => gather(work)),
    async receive(request) {
      if (hear === undefined) return tryAgain();
      const { answer, done } = await turns.take(() =>
        gather((options) => adapter.handleWebhook(request, options)),
      );
      return (await done) ? answer : tryAgain();
    },
    async close() {
      hear = undefined;
      await within(graceMs, turns.ended());
      await chat.shutdown();
    },
  };
}

async function gather<T>(work: (options: WorkOptions) => T | Promise<T>): Promise<Worked<T>> {
  const tasks: Promise<boolean>[] = [];
  const waitUntil = (task: Promise<unknown>) => {
    const ended = task.then(
      () => true,
      () => false,
    );
    tasks.push(ended);
  };
  const answer = await work({ waitUntil, propagateHandlerErrors: true });
  return { answer, done: allWell(tasks) };
}

async function allWell(tasks: readonly Promise<boolean>[]): Promise<boolean> {
  let isWell = true;
  // What is awaited may bring more of them.
  for (const task of tasks) isWell = (await task) && isWell;
  return isWell;
}

/** One after another, each until it says that the next may begin, or is done. */
function createTurns() {
  let last: Promise<void> = Promise.resolve();
  let leave: () => void = () => undefined;
  const underWay = new Set<Promise<unknown>>();
  return {
    async take<T>(work: () => Promise<Worked<T>>): Promise<Worked<T>> {
      const before = last;
      let end: () => void = () => undefined;
      last = new Promise((resolve) => {
        end = resolve;
      });
      await before;
      leave = end;
      try {
        const worked = await work();
        const whole = worked.done.then(end).finally(() => underWay.delete(whole));
        underWay.add(whole);
        return worked;
      } catch (error) {
        end();
        throw error;
      }
    },
    /** The one whose turn it is lets the next begin. */
    next: () => leave(),
    /** Settled when nothing is under way any more. */
    async ended(): Promise<void> {
      await last;
      await Promise.all(underWay);
    },
  };
}
