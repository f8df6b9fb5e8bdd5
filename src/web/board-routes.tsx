import type { Hono } from 'hono';
import type { WebDeps } from './deps.js';
import type { WebContext, WebEnv } from './env.js';
import { type Streaming, whatDiffers } from './pack-routes.js';
import { sortedByName } from './pack-state.js';
import { Board, BoardPage, type BoardProps } from './pages/board-page.js';
import { shellOf } from './pages/shell.js';

/** Adds the train board: every pack with what it is in. Who looks at the same board shares it. */
export function addBoard(app: Hono<WebEnv>, deps: WebDeps, { hub, shared }: Streaming): void {
  app.get('/board', async (c) => c.html(<BoardPage shell={shellOf(c)} {...(await boardOf(c, deps))} />));
  app.get('/board/stream', (c) => {
    const look = async () => String(<Board {...(await boardOf(c, deps))} />);
    return hub.open((signal) => whatDiffers(deps, signal, () => shared.get(`board ${soughtOn(c)}`, look)));
  });
}

async function boardOf(c: WebContext, deps: WebDeps): Promise<BoardProps> {
  const views = sortedByName(deps.redactor.json(await deps.deployments.packs()));
  return { views, sought: soughtOn(c), now: deps.clock.now(), timeZone: deps.timeZone?.() };
}

function soughtOn(c: WebContext): string {
  return (c.req.query('find') ?? '').trim().slice(0, 100);
}
