import { randomUUID } from 'node:crypto';
import { type Address, call, get, listen } from './client.js';

/** Somebody who is signed in to the web and sits in a room. */
export interface Visitor {
  /** Says a line through the web's message box, and waits until the bot's answer to it shows in the room. */
  say(line: string): Promise<Answered>;
  leave(): Promise<void>;
}

/** The bot's answer to a line. */
export interface Answered {
  /** Settles when the answer changes no more: what it tells of is over. */
  readonly over: Promise<void>;
}

interface Shown {
  readonly id: string;
  readonly fromBot: boolean;
  readonly text: string;
  readonly replyTo?: string;
  /** Whether this is the bot's last word on it. */
  readonly ended?: boolean;
}

const answerWithin = 60_000;

/** Signs in by a link and follows the first room. */
export async function enterRoom(server: Address): Promise<Visitor> {
  const { rooms } = await get<{ rooms: { name: string }[] }>(server, '/api/v1/rooms');
  const room = rooms[0]?.name ?? '';
  const cookie = await signIn(server);
  const gone = new AbortController();
  const lookers = new Set<(message: Shown) => void>();
  const following = await follow(server, { room, lookers, signal: gone.signal });
  return {
    async say(line) {
      const answer = answerTo(lookers, line);
      await post(server, { room, cookie, line });
      return await answer;
    },
    async leave() {
      gone.abort();
      await following.ended;
    },
  };
}

async function signIn(server: Address): Promise<string> {
  const link = (await (await call(server, '/api/v1/login-links', { as: 'ann' })).json()) as { url: string };
  const token = new URL(link.url).searchParams.get('token') ?? '';
  const body = new URLSearchParams({ token });
  const answer = await fetch(`${server.url}/login`, {
    ...fromPage,
    method: 'POST',
    body,
    redirect: 'manual',
  });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  return cookies.find((cookie) => cookie.startsWith('packtrain_session')) ?? '';
}

const fromPage = { headers: { 'sec-fetch-site': 'same-origin', 'hx-request': 'true' } };

interface Line {
  readonly room: string;
  readonly cookie: string;
  readonly line: string;
}

async function post(server: Address, { room, cookie, line }: Line): Promise<void> {
  const body = new URLSearchParams({ text: line, key: randomUUID() });
  const headers = { ...fromPage.headers, cookie };
  const said = await fetch(`${server.url}/chat/${room}/messages`, { method: 'POST', headers, body });
  if (said.status !== 204) throw new Error(`not said: ${said.status} ${await said.text()}`);
}

type Lookers = Set<(message: Shown) => void>;

/** Settles when the bot has answered the next line with this text. */
async function answerTo(lookers: Lookers, line: string): Promise<Answered> {
  let id: string | undefined;
  const isAnswer = ({ fromBot, replyTo }: Shown) => fromBot && id !== undefined && replyTo === id;
  const said = await seen(lookers, (message) => {
    if (!message.fromBot && message.text === line) id = message.id;
    return isAnswer(message);
  });
  const isOver = (message: Shown) => isAnswer(message) && message.ended === true;
  return { over: isOver(said) ? Promise.resolve() : seen(lookers, isOver).then(() => undefined) };
}

/** Waits for a message. */
function seen(lookers: Lookers, isIt: (message: Shown) => boolean): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the bot does not answer')), answerWithin);
    const look = (message: Shown) => {
      if (!isIt(message)) return;
      lookers.delete(look);
      clearTimeout(late);
      resolve(message);
    };
    lookers.add(look);
  });
}

interface Following {
  readonly room: string;
  readonly lookers: Lookers;
  readonly signal: AbortSignal;
}

/** Shows everything that is new in a room to those who look. */
async function follow(server: Address, { room, lookers, signal }: Following) {
  const events = await listen(server, `/api/v1/rooms/${room}/stream?as=bench`, signal);
  const ended = (async () => {
    for await (const { event, data } of events) {
      if (event !== 'message' && event !== 'edit') continue;
      const message = JSON.parse(data) as Shown;
      for (const look of lookers) look(message);
    }
  })();
  return { ended: ended.catch(() => undefined) };
}
