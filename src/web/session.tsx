import type { MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Actor } from '../core/actor.js';
import type { NewSession } from '../core/session.js';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import { NotSignedInPage } from './pages/message-pages.js';
import { shellOf } from './pages/shell.js';

const nextCookie = 'packtrain_next';

type CookieDeps = Pick<WebDeps, 'baseUrl' | 'sessions' | 'access'>;

function isHttps(deps: CookieDeps): boolean {
  return deps.baseUrl().startsWith('https:');
}

// Cookies know no ports: without it, two Packtrains on one machine would sign each other out.
function sessionCookie(deps: CookieDeps): string {
  const { port } = new URL(deps.baseUrl());
  return `packtrain_session${port === '' ? '' : `_${port}`}`;
}

// Lax, not Strict: whoever follows a link from another chat to a deployment stays signed in. What changes something is
// a POST, and is refused when it comes from another site.
function options(deps: CookieDeps) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps(deps) } as const;
}

/** Puts a session into the browser. */
export function beginSession(c: WebContext, deps: CookieDeps, session: NewSession): void {
  setCookie(c, sessionCookie(deps), session.secret, { ...options(deps), expires: session.expiresAt });
}

/** Ends the browser's session. */
export async function endSession(c: WebContext, deps: CookieDeps): Promise<void> {
  const secret = getCookie(c, sessionCookie(deps));
  if (secret !== undefined) await deps.sessions.end(secret);
  deleteCookie(c, sessionCookie(deps), options(deps));
}

/** Who is signed in, if anybody. */
export async function actorOf(c: WebContext, deps: CookieDeps): Promise<Actor | undefined> {
  const secret = getCookie(c, sessionCookie(deps));
  return secret === undefined ? undefined : deps.sessions.actorOf(secret);
}

/** Lets only those in who are signed in; others read how to get a link, and come back here with it. */
export function requireActor(deps: CookieDeps): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const actor = await actorOf(c, deps);
    if (actor === undefined) {
      rememberNext(c, deps);
      return c.html(<NotSignedInPage shell={shellOf(c)} />, 401);
    }
    c.set('actor', actor);
    c.set('people', deps.access?.().people ?? []);
    return next();
  };
}

function rememberNext(c: WebContext, deps: CookieDeps): void {
  const url = new URL(c.req.url);
  if (c.req.method !== 'GET' || url.pathname.endsWith('/stream')) return;
  setCookie(c, nextCookie, url.pathname, { ...options(deps), maxAge: 15 * 60 });
}

/** The page that somebody wanted before signing in. */
export function takeNext(c: WebContext, deps: CookieDeps): string {
  const next = getCookie(c, nextCookie);
  deleteCookie(c, nextCookie, options(deps));
  return next !== undefined && /^\/(chat|deployments|packs|board)(\/[\w-]+)?$/.test(next) ? next : '/';
}
