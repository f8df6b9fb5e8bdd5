import { z } from 'zod';
import { aboutDeployment } from '../../../core/about.js';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import { sortedByName } from '../../pack-state.js';
import { packPath } from '../../pages/pack-path.js';
import type { ApiDeps, Route } from '../route.js';
import { deployment } from '../schemas/deployments.js';
import { borrow, lock } from '../schemas/holds.js';
import { adoptable, announcement, history, live, shownPack, why } from '../schemas/packs.js';
import { word } from '../schemas/requests.js';
import { dataOf, reading, type Viewer } from '../viewer.js';

const group = 'Packs';

const params = z.object({ pack: word.describe('The pack’s ref.') });

const data = z.looseObject({});

/** What there is to tell of packs. */
export const packRoutes: readonly Route[] = [
  reading(
    {
      path: '/packs',
      id: 'listPacks',
      group,
      summary: 'All packs that are live, borrowed, locked or claimed, by name and target',
      command: 'who',
      refusals: ['denied'],
      answer: { json: z.object({ packs: z.array(shownPack) }) },
    },
    async ({ viewer }, deps) => {
      const views = await packsFor(deps, viewer);
      return views.ok ? ok({ packs: views.value }) : views;
    },
  ),
  reading(
    {
      path: '/packs/{pack}',
      id: 'getPack',
      group,
      summary: 'One pack on all its targets, with its newest deployments',
      refusals: ['denied'],
      params,
      answer: { json: z.object({ packs: z.array(shownPack), history: z.array(deployment) }) },
    },
    async ({ viewer, params: { pack } }, deps) => {
      const views = await packsFor(deps, viewer, pack);
      if (!views.ok && views.refusal.code !== 'pack-not-live') return views;
      const all = await deps.deployments.list({ pack });
      const past = all.filter((one) => viewer.sees('history', aboutDeployment(one)));
      const packs = views.ok ? views.value : [];
      if (packs.length + past.length > 0) return ok({ packs, history: past });
      return views.ok ? refused(refuse('pack-not-live', { pack: pack.slice(0, 100), near: [] })) : views;
    },
  ),
  reading(
    {
      path: '/packs/{pack}/why',
      id: 'explainPack',
      group,
      summary: 'Why a pack is as it is, and the one thing that blocks',
      command: 'why',
      refusals: ['denied'],
      params,
      answer: { json: why },
    },
    async ({ viewer, params: { pack } }) => await dataOf(viewer.ask('why', { pack })),
  ),
  reading(
    {
      path: '/packs/{pack}/history',
      id: 'getPackHistory',
      group,
      summary: 'Who deployed a pack and when, and how long each was live',
      command: 'history',
      refusals: ['denied'],
      params,
      answer: { json: history },
    },
    async ({ viewer, params: { pack } }) => await dataOf(viewer.ask('history', { pack })),
  ),
  reading(
    {
      path: '/packs/{pack}/news',
      id: 'previewNews',
      group,
      summary: 'The news of a pack as they would be announced',
      command: 'preview',
      refusals: ['denied', 'invalid', 'busy', 'outage'],
      params,
      query: {
        repository: word.optional().describe('Needed where the pack is not live.'),
        ref: word.optional().describe('Of this branch, tag or SHA.'),
      },
      answer: { json: announcement },
    },
    async ({ viewer, params: { pack }, query: { repository, ref } }) =>
      await dataOf(viewer.ask('preview', { pack, repo_name: repository, branch: ref })),
  ),
  reading(
    {
      path: '/live',
      id: 'listLive',
      group,
      summary: 'What is live, by target and pack',
      command: 'status',
      refusals: ['denied'],
      query: { pack: word.optional() },
      answer: { json: z.object({ live: z.array(live) }) },
    },
    async ({ viewer, query: { pack } }) => {
      const answer = await viewer.ask('status', {});
      if (!answer.ok) return answer;
      const told = z.object({ live: z.array(z.looseObject({ pack: z.string() })) }).parse(answer.value.data);
      return ok({ live: told.live.filter((one) => pack === undefined || one.pack === pack) });
    },
  ),
  reading(
    {
      path: '/holds',
      id: 'listHolds',
      group,
      summary: 'What is borrowed and what is locked',
      command: 'who',
      refusals: ['denied'],
      answer: { json: z.object({ borrows: z.array(borrow), locks: z.array(lock) }) },
    },
    async ({ viewer }) => {
      const answer = await viewer.ask('status', {});
      if (!answer.ok) return answer;
      const { borrows, locks } = data.parse(answer.value.data);
      return ok({ borrows, locks });
    },
  ),
  reading(
    {
      path: '/adoptable',
      id: 'listAdoptable',
      group,
      summary: 'The packs on the targets that others put there, and which commits they are',
      more: 'All their files are read, which may take a while.',
      command: 'adoptable',
      refusals: ['denied', 'invalid', 'busy', 'outage'],
      answer: { json: z.object({ packs: z.array(adoptable) }) },
    },
    async ({ viewer }) => await dataOf(viewer.ask('adoptable', {})),
  ),
];

async function packsFor(
  { baseUrl }: ApiDeps,
  viewer: Viewer,
  pack?: string,
): Promise<Result<readonly object[]>> {
  const answer = await viewer.ask('who', { pack });
  if (!answer.ok) return answer;
  const view = z.looseObject({ pack: z.string(), target: z.string() });
  const { packs } = z.object({ packs: z.array(view) }).parse(answer.value.data);
  return ok(sortedByName(packs).map((one) => ({ ...one, url: `${baseUrl()}${packPath(one.pack)}` })));
}
