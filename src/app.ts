import { randomBytes } from 'node:crypto';
import { commandHints } from './chat/commands/hints.js';
import { createDispatcher } from './chat/dispatch.js';
import { renderDeployment } from './chat/render/deployment.js';
import { startReplies } from './chat/replies.js';
import { Closing } from './closing.js';
import type { TargetConfig } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import type { ChatAdapter } from './core/chat.js';
import type { Clock } from './core/clock.js';
import type { Log } from './core/log.js';
import type { Redactor } from './core/redact.js';
import { ok, type Result } from './core/result.js';
import type { Rooms } from './core/room.js';
import type { Target } from './core/target.js';
import type { DeploymentView } from './deployments/service.js';
import { startDeployments } from './deployments/start.js';
import { createGit } from './git/git.js';
import { roomNames } from './room-names.js';
import { serverIdOf } from './server-id.js';
import { openStore } from './store/open.js';
import { createRooms } from './store/rooms.js';
import { createSessions } from './store/sessions.js';
import { createWeb } from './web/app.js';
import { createLoginLinks } from './web/login-links.js';
import { isLoopback, startServer } from './web/server.js';

/** What a chat driver of Packtrain's own rooms is made of. */
export interface ChatParts {
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  /** This server's own name among those that share the database. */
  readonly server: string;
  readonly botName: string;
}

/** The drivers, picked by `main.ts`. */
export interface Drivers {
  openTarget(config: TargetConfig): Target;
  openChats(parts: ChatParts): readonly ChatAdapter[];
}

/** What a server is made of. */
export interface AppOptions {
  /** Where mirrors, the embedded database and the server's own files lie. */
  readonly dataDir: string;
  /** A PostgreSQL of one's own; the embedded one unless given. */
  readonly databaseUrl?: string;
  readonly config: ConfigSource;
  /** Where to listen; the config's port unless given, and 0 takes any that is free. */
  readonly port?: number;
  readonly drivers: Drivers;
  /** Looks up environment variables: secrets, and what git needs. */
  readonly env: (name: string) => string | undefined;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
}

/** A server that runs. */
export interface App {
  /** The address for people, without a slash at its end. */
  readonly url: string;
  /** The address on this machine, for its command line. */
  readonly localUrl: string;
  /** The key with which programs on this machine use the API. */
  readonly localKey: string;
  createLoginLink(name: string): Promise<string>;
  /** Stops in good order; what is open goes on after the next start. */
  close(): Promise<void>;
}

const botName = 'packtrain';

/** Starts a server: the database, what is to be carried out, the chats, the web. Refused when one of them can't start. */
export async function createApp(options: AppOptions, closing = new Closing()): Promise<Result<App>> {
  try {
    const app = await open(options, closing);
    if (!app.ok) await closing.close();
    return app;
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(options: AppOptions, closing: Closing): Promise<Result<App>> {
  const ground = await layGround(options, closing);
  if (!ground.ok) return ground;
  // The address is known once the server listens; until then nobody is given a link.
  const state = { baseUrl: '', isReady: false };
  const talk = prepareTalk(options, ground.value, { closing, address: () => state.baseUrl });
  const localKey = randomBytes(32).toString('base64url');
  options.redactor.learn(localKey);
  const { host, port, publicUrl } = options.config.current().web;
  const web = createWeb({
    ...ground.value,
    ...talk,
    runLine: talk.dispatcher.runLine,
    isForBot: talk.dispatcher.isForBot,
    describe: (view) => talk.render(view).text,
    commands: () => commandHints(options.config.current()),
    localKey,
    baseUrl: () => state.baseUrl,
    isLoopback: isLoopback(host),
    isReady: () => state.isReady,
  });
  const server = await startServer({ ...web, host, port: options.port ?? port });
  if (!server.ok) return server;
  closing.add(server.value, (s) => s.close());
  state.baseUrl = publicUrl ?? server.value.url;
  await startTalk(ground.value, talk, closing);
  state.isReady = true;
  return ok({
    url: state.baseUrl,
    localUrl: server.value.url,
    localKey,
    createLoginLink: (name) => talk.createLoginLink({ platform: 'cli', userId: name, name }),
    close: () => closing.close(),
  });
}

type Ground = Extract<Awaited<ReturnType<typeof layGround>>, { ok: true }>['value'];

/** The database, git, and what is to be carried out, which goes on at once. */
async function layGround(options: AppOptions, closing: Closing) {
  const { config, drivers, redactor, clock, log } = options;
  const opened = await openStore(options);
  if (!opened.ok) return opened;
  const store = closing.add(opened.value, (s) => s.close());
  const git = closing.add(createGit(options), (g) => g.close());
  const serverId = await serverIdOf(options.dataDir);
  const shared = { db: store.db, pool: store.pool, redactor, clock, log };
  const running = await startDeployments({
    ...shared,
    databaseUrl: store.url,
    serverId,
    git,
    targetNamed: targetsBy(() => config.current(), drivers),
    config: () => config.current(),
  });
  const { deployments, changes } = closing.add(running, (r) => r.stop());
  return ok({ ...shared, serverId, deployments, changes });
}

type Talk = ReturnType<typeof prepareTalk>;

/** The rooms, the chats, and what understands and answers; nobody is listened to yet. */
function prepareTalk(options: AppOptions, ground: Ground, made: { closing: Closing; address: () => string }) {
  const { config, drivers } = options;
  const { clock, log, serverId, db } = ground;
  const current = () => config.current();
  const rooms = createRooms({ ...ground, names: () => roomNames(current()), botName });
  made.closing.add(rooms, (r) => r.close());
  const chats = drivers.openChats({ rooms, clock, log, server: serverId, botName });
  const adapters = new Map(chats.map((chat) => [chat.platform, chat]));
  const sessions = createSessions(db, clock);
  const createLoginLink = createLoginLinks(sessions, made.address);
  const url = (deployment: number) => `${made.address()}/deployments/${deployment}`;
  const render = (view: DeploymentView) => renderDeployment(view, { url, now: clock.now() });
  const dispatcher = createDispatcher({ ...ground, config: current, createLoginLink, adapters, url });
  return { rooms, chats, adapters, sessions, createLoginLink, dispatcher, render };
}

/** Keeps replies true to what happens, and listens to the chats. */
async function startTalk(ground: Ground, talk: Talk, closing: Closing): Promise<void> {
  const replies = startReplies({ ...ground, adapters: talk.adapters, render: talk.render });
  closing.add(replies, (r) => r.stop());
  for (const chat of talk.chats) {
    await chat.start(talk.dispatcher.handle);
    closing.add(chat, (c) => c.stop());
  }
}

function targetsBy(config: () => ReturnType<ConfigSource['current']>, drivers: Drivers) {
  const opened = new WeakMap<TargetConfig, Target>();
  return (name: string): Target | undefined => {
    const wanted = config().targets.get(name);
    if (wanted === undefined) return undefined;
    const target = opened.get(wanted) ?? drivers.openTarget(wanted);
    opened.set(wanted, target);
    return target;
  };
}
