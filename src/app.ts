import { randomBytes } from 'node:crypto';
import type { NewsDeps } from './announcements/deps.js';
import { createDesk } from './announcements/desk.js';
import { createReader } from './announcements/material.js';
import { startAnnouncements } from './announcements/start.js';
import { openApiKeys } from './api-keys.js';
import { lookBecauseAsked } from './automation/asked.js';
import { startAutomation } from './automation/automation.js';
import { startChannelCheck } from './channel-check.js';
import { commandHints } from './chat/commands/hints.js';
import { createDispatcher, type Dispatcher } from './chat/dispatch.js';
import { startNotices } from './chat/notices.js';
import { startPushMessages } from './chat/pushes.js';
import { renderDeployment } from './chat/render/deployment.js';
import { mentionsOn } from './chat/render/mentions.js';
import { renderNotice } from './chat/render/notices.js';
import { type PushView, type RenderedPush, renderPush } from './chat/render/push.js';
import { type Shown, startReplies } from './chat/replies.js';
import type { SettleDeps } from './chat/settle.js';
import { Closing } from './closing.js';
import type { ChatPlatformConfig, HostConfig, TargetConfig } from './config/config.js';
import { hostAccess } from './config/host-access.js';
import type { ConfigSource } from './config/source.js';
import { type Actor, packtrainItself } from './core/actor.js';
import type { ApiKeys } from './core/api-key.js';
import type { ChatAdapter } from './core/chat.js';
import { chatInTime } from './core/chat-in-time.js';
import type { Clock } from './core/clock.js';
import type { Webhooks } from './core/delivery.js';
import type { Host } from './core/host.js';
import type { Log } from './core/log.js';
import { withoutMention } from './core/mention.js';
import type { Notice } from './core/notice.js';
import type { OutsideChat, OutsideChatParts } from './core/outside-chat.js';
import type { LookedAt, SaidPush } from './core/push.js';
import type { Redactor } from './core/redact.js';
import type { Repository } from './core/repository.js';
import { ok, type Result } from './core/result.js';
import type { Rooms } from './core/room.js';
import type { Sessions } from './core/session.js';
import type { Target } from './core/target.js';
import { tellHosts } from './deployments/checks/statuses.js';
import { joinedConfig, openLinks } from './deployments/linking/links.js';
import type { Runner } from './deployments/runner.js';
import type { DeploymentView } from './deployments/service.js';
import { type RunningDeployments, startDeployments } from './deployments/start.js';
import { createGit } from './git/git.js';
import { type HostSurroundings, hostsBy } from './hosts.js';
import { learnConfigured } from './learn-configured.js';
import { OutsideChats } from './outside-chats.js';
import { roomNames } from './room-names.js';
import { serverIdOf } from './server-id.js';
import { chatBacklog } from './store/chat-backlog.js';
import { textOfPost } from './store/chat-posts.js';
import { installationId } from './store/installation.js';
import { openStore, type Store } from './store/open.js';
import { newestPushes } from './store/pushes.js';
import { createRooms } from './store/rooms.js';
import { createSessions } from './store/sessions.js';
import { type TargetSurroundings, targetsBy } from './targets.js';
import { createWeb } from './web/app.js';
import { createLoginLinks } from './web/login-links.js';
import { isLoopback, startServer, type WebServer } from './web/server.js';
import { openWebhooks } from './webhooks/webhooks.js';

/** What a chat driver of Packtrain's own rooms is made of. */
export interface ChatParts {
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  /** This server's own name among those that share the database. */
  readonly server: string;
}

/** The drivers, picked by `main.ts`. */
export interface Drivers {
  openTarget(config: TargetConfig, parts: TargetSurroundings): Target;
  openHost(config: HostConfig, parts: HostSurroundings): Host;
  openChats(parts: ChatParts): readonly ChatAdapter[];
  /** Throws when it can't be set up; `ChatLibraryMissing` when something has to be installed for it. */
  openOutsideChat(config: ChatPlatformConfig, parts: OutsideChatParts): Promise<OutsideChat>;
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
  /** From now on `/healthz` says that it serves: to be called once it can be found, too. */
  tellReady(): void;
  /** Stops in good order; what is open goes on after the next start. */
  close(): Promise<void>;
}

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

async function open(given: AppOptions, closing: Closing): Promise<Result<App>> {
  await learnConfigured(given, closing);
  const opened = await openStore(given);
  if (!opened.ok) return opened;
  const store = closing.add(opened.value, (s) => s.close());
  const links = await openLinks(store.db);
  const options = { ...given, config: joinedConfig(given.config, links) };
  const git = closing.add(createGit(options), (g) => g.close());
  const serverId = await serverIdOf(options.dataDir);
  const hostNamed = hostsBy(options);
  const config = () => options.config.current();
  const hostOf = (repository: Repository) => hostAccess(repository, config().hosts, hostNamed);
  const targetNamed = targetsBy({ ...options, owner: () => installationId(store.db) });
  const shared = { ...options, db: store.db, git, config, links, hostOf, targetNamed };
  const news = { ...shared, reader: createReader(git) };
  const running = await startDeployments({
    ...shared,
    pool: store.pool,
    databaseUrl: store.url,
    serverId,
    desk: createDesk(news),
  });
  closing.add(running, (r) => r.stop());
  const automation = await startAutomation({ ...shared, ...running, serverId });
  closing.add(automation, (a) => a.stop());
  const { noteMoved } = automation;
  const webhooks = openWebhooks({ ...shared, hostNamed, noteMoved, ...running.checks, ...running.pushers });
  closing.add(webhooks, (w) => w.close());
  const tell = (pageOf: (deployment: number) => string) => tellHosts({ ...shared, ...running, pageOf });
  const lookAt = (push: SaidPush) => lookBecauseAsked(automation, config(), push);
  return await openDoors(options, { store, serverId, running, webhooks, lookAt, news, tell }, closing);
}

/** What the doors to a server open on. */
interface Core {
  readonly store: Store;
  readonly serverId: string;
  readonly running: RunningDeployments;
  readonly webhooks: Webhooks;
  readonly lookAt: (push: SaidPush) => Promise<Result<LookedAt>>;
  readonly news: NewsDeps;
  /** Begins to show deployments at the hosts. */
  readonly tell: (pageOf: (deployment: number) => string) => Runner;
}

/** Opens the web and the chats, and begins to keep the replies. */
async function openDoors(options: AppOptions, core: Core, closing: Closing): Promise<Result<App>> {
  const { redactor } = options;
  const sessions = createSessions(core.store.db, options.clock);
  const localKey = randomBytes(32).toString('base64url');
  redactor.learn(localKey);
  const site: SiteState = { localUrl: '', isReady: false };
  const baseUrl = () => options.config.current().web.publicUrl ?? site.localUrl;
  const createLoginLink = createLoginLinks(sessions, baseUrl);
  const pageOf = (deployment: number) => `${baseUrl()}/deployments/${deployment}`;
  const adapters = new Map<string, ChatAdapter>();
  const outside = new OutsideChats({
    ...options,
    adapters,
    db: core.store.db,
    server: core.serverId,
    pageOf: (post) => `${baseUrl()}/said/${post}`,
  });
  const opened = await outside.open();
  if (!opened.ok) return opened;
  const chat = openChat(options, { ...core, adapters, outside }, { createLoginLink, pageOf }, closing);

  const apiKeys = closing.add(openApiKeys(options), async (keys) => keys.close());
  const server = await openWeb(options, core, { ...chat, sessions, localKey, apiKeys, site, baseUrl });
  if (!server.ok) return server;
  closing.add(server.value, (s) => s.close());
  site.localUrl = server.value.url;
  await startChat(options, core, chat, closing);
  closing.add(core.tell(pageOf), (t) => t.stop());
  return ok({
    url: baseUrl(),
    localUrl: server.value.url,
    localKey,
    createLoginLink: (name) => createLoginLink({ platform: 'cli', userId: name, name }),
    tellReady() {
      site.isReady = true;
    },
    close: () => closing.close(),
  });
}

/** The chat side of a server. */
interface Chat {
  readonly rooms: Rooms;
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  /** Those of Packtrain's own rooms among them. */
  readonly own: readonly ChatAdapter[];
  readonly outside: OutsideChats;
  /** Takes what outside chats post. */
  readonly chats: OutsideChats['receivers'];
  readonly dispatcher: Dispatcher;
  readonly render: (view: DeploymentView, platform: string) => Shown;
  readonly renderPush: (view: PushView, platform: string) => RenderedPush;
  readonly words: (notice: Notice, platform: string) => string;
  readonly settling: SettleDeps;
}

interface SiteLinks {
  readonly createLoginLink: (actor: Actor) => Promise<string>;
  readonly pageOf: (deployment: number) => string;
}

interface ChatCore extends Core {
  readonly adapters: Map<string, ChatAdapter>;
  readonly outside: OutsideChats;
}

function openChat(options: AppOptions, core: ChatCore, links: SiteLinks, closing: Closing): Chat {
  const { clock, log, redactor } = options;
  const { store, serverId, running, adapters, outside } = core;
  const config = () => options.config.current();
  const shared = { clock, log, redactor };
  const names = () => roomNames(config());
  const rooms = createRooms({ ...shared, db: store.db, pool: store.pool, names });
  closing.add(rooms, (r) => r.close());
  const chats = options.drivers.openChats({ rooms, clock, log, server: serverId });
  const own = chats.map((chat) => chatInTime(chat));
  for (const chat of own) adapters.set(chat.platform, chat);
  const { deployments } = running;
  const { createLoginLink, pageOf: url } = links;
  const stopping = { isStopping: () => closing.hasBegun };
  const deps = { ...shared, ...stopping, config, deployments, createLoginLink, adapters, url };
  const dispatcher = createDispatcher(deps);
  const clockwork = () => {
    const { timeZone } = config();
    return { now: clock.now(), ...(timeZone === undefined ? {} : { timeZone }) };
  };
  const people = () => config().access.people;
  const context = (platform: string) => {
    const mention = mentionsOn(platform, people());
    return { url, ...clockwork(), ...(mention === undefined ? {} : { mention }) };
  };
  return {
    rooms,
    adapters,
    own,
    outside,
    chats: outside.receivers,
    dispatcher,
    settling: { deployments, people, clockwork },
    render: (view, platform) => renderDeployment(view, context(platform)),
    renderPush: (view, platform) => renderPush(view, { ...context(platform), people: people() }),
    words: (notice, platform) => renderNotice(notice, context(platform)),
  };
}

async function startChat(options: AppOptions, core: Core, chat: Chat, closing: Closing): Promise<void> {
  const { store, running, news } = core;
  const replies = startReplies({ ...options, ...running, db: store.db, ...chat });
  closing.add(replies, (r) => r.stop());
  const notices = startNotices({ ...options, ...running, db: store.db, ...chat });
  closing.add(notices, (n) => n.stop());
  const pushes = startPushMessages({ ...options, ...running, db: store.db, ...chat });
  closing.add(pushes, (p) => p.stop());
  const announcements = startAnnouncements({ ...news, adapters: chat.adapters });
  closing.add(announcements, (a) => a.stop());
  for (const adapter of chat.own) {
    await adapter.start(chat.dispatcher.handle);
    closing.add(adapter, (a) => a.stop());
  }
  closing.add(chat.outside, (o) => o.stop());
  await chat.outside.start(chat.dispatcher.handle);
  closing.add(startChannelCheck({ ...options, adapters: chat.adapters }), async (stop) => stop());
}

/** What the web shows besides deployments. */
interface Site extends Chat {
  readonly sessions: Sessions;
  readonly localKey: string;
  readonly apiKeys: ApiKeys;
  readonly site: SiteState;
  readonly baseUrl: () => string;
}

/** What is known of the web once it listens. */
interface SiteState {
  /** Where this machine reaches it. */
  localUrl: string;
  isReady: boolean;
}

async function openWeb(options: AppOptions, core: Core, parts: Site): Promise<Result<WebServer>> {
  const { dispatcher, render, site } = parts;
  const { host, port } = options.config.current().web;
  const web = createWeb({
    ...options,
    ...parts,
    deployments: core.running.deployments,
    webhooks: core.webhooks,
    lookAt: core.lookAt,
    chatBacklog: async () => ({
      platforms: [...options.config.current().chats.keys()],
      ...(await chatBacklog(core.store.db)),
    }),
    said: (post) => textOfPost(core.store.db, post),
    runLine: dispatcher.runLine,
    runCommand: dispatcher.runCommand,
    runIntent: dispatcher.runIntent,
    pushes: (query) => newestPushes(core.store.db, query),
    isForBot: (line, author, room) => {
      const origin = { platform: author.platform, channel: room };
      return dispatcher.isForBot({ ...withoutMention(line, packtrainItself.name), author, origin });
    },
    describe: (view) => render(view, 'web').text,
    access: () => options.config.current().access,
    prefix: () => options.config.current().chat.prefix,
    commands: () => commandHints(options.config.current()),
    isLoopback: isLoopback(host),
    isReady: () => site.isReady,
    timeZone: () => options.config.current().timeZone,
  });
  return await startServer({ ...web, host, port: options.port ?? port });
}
