import type { Hono } from 'hono';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import {
  ConfirmLoginPage,
  NotSignedInPage,
  StaleLinkPage,
  TooManyAttemptsPage,
} from './pages/message-pages.js';
import { shellOf } from './pages/shell.js';
import { createFailureLimit, type FailureLimit, placeOf } from './rate-limit.js';
import { actorOf, beginSession, endSession, takeNext } from './session.js';

const mostFailures = 20;
const withinMs = 60_000;

/** Adds signing in and out. */
export function addLogin(app: Hono<WebEnv>, deps: WebDeps): void {
  const limit = createFailureLimit(deps.clock, mostFailures, withinMs);
  app.get('/login', (c) => showLogin(c, deps));
  app.post('/login', (c) => signIn(c, deps, limit));
  app.post('/logout', async (c) => {
    await endSession(c, deps);
    return c.redirect('/login', 303);
  });
}

// Opening the link changes nothing, since previewers open it too; the button's POST uses it up.
async function showLogin(c: WebContext, deps: WebDeps) {
  const token = c.req.query('token');
  if (token !== undefined && token !== '')
    return c.html(<ConfirmLoginPage shell={shellOf(c)} token={token} />);
  if ((await actorOf(c, deps)) !== undefined) return c.redirect('/');
  return c.html(<NotSignedInPage shell={shellOf(c)} />);
}

async function signIn(c: WebContext, deps: WebDeps, limit: FailureLimit) {
  const place = placeOf(c);
  if (limit.isOver(place))
    return c.html(<TooManyAttemptsPage shell={shellOf(c)} />, 429, { 'Retry-After': '60' });
  const { token } = await c.req.parseBody();
  const session = typeof token === 'string' ? await deps.sessions.redeem(token) : undefined;
  if (session === undefined) {
    limit.fail(place);
    return c.html(<StaleLinkPage shell={shellOf(c)} />, 410);
  }
  beginSession(c, deps, session);
  deps.log.debug({ actor: session.actor }, 'Signed in.');
  return c.redirect(takeNext(c, deps), 303);
}
