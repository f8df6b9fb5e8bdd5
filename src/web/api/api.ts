import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { refuse } from '../../core/reason.js';
import type { WebDeps } from '../deps.js';
import type { WebEnv } from '../env.js';
import { createLoginLinks } from '../login-links.js';
import type { StreamHub } from '../sse.js';
import { refuseRequest } from './answers.js';
import { requireKey } from './auth.js';
import { type Route, serve } from './route.js';
import { routes } from './routes.js';

/** Makes the HTTP API: for programs with a key of the config, and for the command line of this machine. */
export function createApi(deps: WebDeps, hub: StreamHub): Hono<WebEnv> {
  const { redactor, log } = deps;
  const api = new Hono<WebEnv>();
  const createLoginLink = createLoginLinks(deps.sessions, deps.baseUrl);
  const given = { ...deps, hub, createLoginLink };
  const isOpen = (one: Route) => one.keys === 'none';
  serve(api, routes.filter(isOpen), given);
  api.use(requireKey(deps));
  serve(
    api,
    routes.filter((one) => !isOpen(one)),
    given,
  );
  api.all('/*', (c) => refuseRequest(c, redactor, refuse('no-such-address', {})));
  api.onError((error, c) => {
    const id = randomBytes(4).toString('hex');
    log.error({ err: error, errorId: id, path: c.req.path }, 'A request to the API broke.');
    return refuseRequest(c, redactor, refuse('server-broke', { error: id }));
  });
  return api;
}
