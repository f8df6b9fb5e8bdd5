import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createApi } from './api/api.js';
import { addAssets } from './assets.js';
import { addBoard } from './board-routes.js';
import { addChatReceivers } from './chat-receivers.js';
import { addChat } from './chat-routes.js';
import { addDeployments } from './deployment-routes.js';
import type { WebDeps } from './deps.js';
import type { WebEnv } from './env.js';
import { addLogin } from './login-routes.js';
import { addPacks } from './pack-routes.js';
import { BrokenPage, NotFoundPage } from './pages/message-pages.js';
import { shellOf } from './pages/shell.js';
import { addSaid } from './said-routes.js';
import { hostCheck, sameOriginOnly, securityHeaders } from './security.js';
import { requireActor } from './session.js';
import { createSharedViews } from './shared-views.js';
import { createStreamHub } from './sse.js';
import { addWebhooks } from './webhook-routes.js';

/** The web: pages, their streams, and the HTTP API. */
export interface Web {
  /** More routes, such as webhooks, may be added to it. */
  readonly app: Hono<WebEnv>;
  /** Ends all streams, so that the server can close. */
  stop(): void;
}

const mostBytes = 64 * 1024;
/** Paths of pages: who is not signed in gets no further, and another site's page changes nothing. */
const pagePaths = [
  '/',
  '/logout',
  ...['chat', 'board', 'packs', 'deployments', 'said'].flatMap((p) => [`/${p}`, `/${p}/*`]),
];

/** Makes the web. It imports no driver; what it needs is handed in. */
export function createWeb(deps: WebDeps): Web {
  const app = new Hono<WebEnv>();
  const hub = createStreamHub();
  const shared = createSharedViews(deps.deployments, deps.clock);

  app.use(async (c, next) => {
    c.set('prefix', deps.prefix());
    await next();
  });
  app.use(securityHeaders(() => deps.baseUrl().startsWith('https:')));
  app.get('/healthz', (c) => {
    const isReady = deps.isReady();
    return c.json({ service: 'packtrain', status: isReady ? 'ready' : 'starting' }, isReady ? 200 : 503);
  });
  // Before the check of the name: whoever posts here proves it by a signature, and comes by whatever name a proxy has.
  if (deps.webhooks !== undefined) addWebhooks(app, deps.webhooks);
  if (deps.chats !== undefined) addChatReceivers(app, { ...deps, chats: deps.chats });
  app.use(hostCheck(deps.isLoopback, deps.baseUrl));
  addAssets(app);

  const limit = bodyLimit({ maxSize: mostBytes, onError: (c) => c.text('The request is too large.\n', 413) });
  for (const path of ['/login', ...pagePaths]) app.use(path, limit, sameOriginOnly(deps.baseUrl));
  for (const path of pagePaths) app.use(path, requireActor(deps));

  addLogin(app, deps);
  addChat(app, deps, hub);
  addBoard(app, deps, { hub, shared });
  addPacks(app, deps, { hub, shared });
  addDeployments(app, deps, hub);
  addSaid(app, deps);
  app.route('/api/v1', createApi(deps, hub));

  app.notFound((c) =>
    c.html(
      <NotFoundPage shell={shellOf(c)} what="There is no such page" next={<a href="/">To the chat</a>} />,
      404,
    ),
  );
  app.onError((error, c) => {
    deps.log.error({ err: error, path: c.req.path }, 'A page broke.');
    return c.html(<BrokenPage shell={shellOf(c)} />, 500);
  });
  return {
    app,
    stop() {
      shared.stop();
      hub.close();
    },
  };
}
