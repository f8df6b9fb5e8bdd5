import type { Hono } from 'hono';
import { explain, refuse } from '../core/reason.js';
import { idOf } from './deployment-routes.js';
import type { WebDeps } from './deps.js';
import type { WebEnv } from './env.js';
import { NotFoundPage } from './pages/message-pages.js';
import { SaidPage } from './pages/said-page.js';
import { shellOf } from './pages/shell.js';

/** Adds the pages of messages that were too long for the chat in which they were said. */
export function addSaid(app: Hono<WebEnv>, deps: WebDeps): void {
  app.get('/said/:id', async (c) => {
    const id = idOf(c.req.param('id'));
    const said = id === undefined ? undefined : await deps.said?.(id);
    if (said === undefined) {
      const { what, next } = explain(refuse('nothing-said', {}));
      return c.html(<NotFoundPage shell={shellOf(c)} what={what} next={next} />, 404);
    }
    const page = { ...deps.redactor.json(said), now: deps.clock.now(), timeZone: deps.timeZone?.() };
    return c.html(<SaidPage shell={shellOf(c)} {...page} />);
  });
}
