import type { Hono } from 'hono';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import { whatDiffers } from './pack-routes.js';
import { sortedByName } from './pack-state.js';
import { Board, BoardPage, type BoardProps } from './pages/board-page.js';
import { shellOf } from './pages/shell.js';
import type { StreamHub } from './sse.js';

/** Adds the train board: every pack with what it is in. */
export function addBoard(app: Hono<WebEnv>, deps: WebDeps, hub: StreamHub): void {
  app.get('/board', async (c) => c.html(<BoardPage shell={shellOf(c)} {...(await boardOf(c, deps))} />));
  app.get('/board/stream', (c) =>
    hub.open((signal) =>
      whatDiffers(deps, signal, async () => String(<Board {...(await boardOf(c, deps))} />)),
    ),
  );
}

async function boardOf(c: WebContext, deps: WebDeps): Promise<BoardProps> {
  const views = sortedByName(deps.redactor.json(await deps.deployments.packs()));
  const sought = (c.req.query('find') ?? '').trim().slice(0, 100);
  return { views, sought, now: deps.clock.now(), timeZone: deps.timeZone };
}
