import type { Hono } from 'hono';
import { refuse } from '../../core/reason.js';
import type { PackView } from '../../deployments/service.js';
import type { WebDeps } from '../deps.js';
import type { WebEnv } from '../env.js';
import { sortedByName } from '../pack-state.js';
import { packPath } from '../pages/pack-path.js';
import { refuseRequest } from './answers.js';

/** Adds what the API tells of packs. */
export function addPackReads(api: Hono<WebEnv>, { deployments, redactor, baseUrl }: WebDeps): void {
  const show = (view: PackView) => ({ ...view, url: `${baseUrl()}${packPath(view.pack)}` });
  api.get('/packs', async (c) => {
    const views = sortedByName(await deployments.packs());
    return c.json(redactor.json({ packs: views.map(show) }));
  });
  api.get('/packs/:pack', async (c) => {
    const pack = c.req.param('pack');
    const views = sortedByName(await deployments.packs(pack));
    const history = await deployments.list({ pack });
    if (views.length + history.length > 0) {
      return c.json(redactor.json({ packs: views.map(show), history }));
    }
    return refuseRequest(c, redactor, refuse('pack-not-live', { pack: pack.slice(0, 100), near: [] }), 404);
  });
}
