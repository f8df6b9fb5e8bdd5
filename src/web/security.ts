import type { MiddlewareHandler } from 'hono';
import type { WebContext } from './env.js';

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // A sign-in link's token stands in its URL: no other site may learn it.
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Sets the headers that keep a page to itself; pages are not cached unless they say so. */
export function securityHeaders(isHttps: () => boolean): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
    if (isHttps()) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000');
  };
}

/**
 * Refuses requests under a foreign name. A page elsewhere can point its own name at 127.0.0.1 and so pass the browser's
 * same-origin rule; only the Host header tells.
 */
export function hostCheck(isLoopback: boolean, baseUrl: () => string): MiddlewareHandler {
  return async (c, next) => {
    if (isLoopback && !isOurName(c.req.header('host') ?? '', baseUrl())) {
      return c.text('This server answers only to localhost and to its public_url.\n', 421);
    }
    return next();
  };
}

function isOurName(host: string, baseUrl: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return ['localhost', '127.0.0.1', '[::1]'].includes(name) || host.toLowerCase() === new URL(baseUrl).host;
}

/**
 * Refuses a change that another site's page asks for. Browsers send Origin with every POST, and Sec-Fetch-Site where
 * they know it; a request with neither comes from no page and has no business with a cookie.
 */
export function sameOriginOnly(baseUrl: () => string): MiddlewareHandler {
  return async (c, next) => {
    if (['GET', 'HEAD', 'OPTIONS'].includes(c.req.method) || isFromHere(c, baseUrl())) return next();
    return c.text('This request came from another site and was refused.\n', 403);
  };
}

function isFromHere(c: Parameters<MiddlewareHandler>[0], baseUrl: string): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = c.req.header('origin');
  // Browsers write `null` under our own Referrer-Policy; then Sec-Fetch-Site has to vouch.
  if (origin === undefined || origin === 'null') return site === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === c.req.header('host') || host === new URL(baseUrl).host;
}

/** Whether htmx asked, and so wants a part of a page. */
export function isHtmx(c: WebContext): boolean {
  return c.req.header('hx-request') === 'true';
}
