import { z } from 'zod';
import type { Adoptable, ComparedWith } from '../../../core/adoptable.js';
import type { AnnouncementView } from '../../../core/announcement.js';
import type { Drift, DriftedFile, DriftView } from '../../../core/drift.js';
import type { WatchProblem } from '../../../core/push.js';
import type { LiveView, PackLife, PackView, WhyView } from '../../../deployments/service.js';
import { actor, keptRefusal, revision } from './basics.js';
import { deployment, deploymentView, push } from './deployments.js';
import { borrow, lock } from './holds.js';
import { liveRevision } from './plan.js';
import { number, texts, time, wire } from './wire.js';

const driftedFile = wire<DriftedFile>()(
  z
    .object({ path: z.string(), how: z.enum(['changed', 'added', 'lost']) })
    .meta({ id: 'DriftedFile', description: 'A file of a live pack that is not as it was put there.' }),
);

const drift = wire<Drift>()(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('files'), files: z.array(driftedFile) }),
      z.object({ kind: z.literal('replaced'), found: z.string() }),
      z.object({ kind: z.literal('gone') }),
    ])
    .meta({ id: 'Drift', description: 'In what a live pack was changed on the target itself.' }),
);

/** What is live of a pack. */
export const live = wire<LiveView>()(
  z
    .object({
      target: z.string(),
      pack: z.string(),
      live: liveRevision,
      deployment: number,
      since: time,
      by: z.string(),
      push: push.exactOptional(),
      drift: wire<DriftView>()(z.object({ drift, since: time })).exactOptional(),
    })
    .meta({ id: 'Live', description: 'What is live of one pack on one target.' }),
);

const packFields = {
  target: z.string(),
  pack: z.string(),
  live: live.exactOptional(),
  borrow: borrow.exactOptional(),
  locks: z.array(lock),
  unseen: wire<WatchProblem>()(z.object({ refusal: keptRefusal, since: time }))
    .exactOptional()
    .describe('Why what is pushed for it can’t be seen.'),
  queue: z.array(deploymentView).describe('Open deployments that claim it, in their order.'),
};

const packView = wire<PackView>()(
  z
    .object(packFields)
    .meta({ id: 'PackView', description: 'All that there is to say of a pack on a target.' }),
);

/** A pack with its page. */
export const shownPack = z
  .object({ ...packFields, url: z.string().describe('Its page.') })
  .meta({ id: 'Pack', description: 'All that there is to say of a pack on a target, with its page.' });

/** Why a pack is as it is. */
export const why = wire<WhyView>()(
  z
    .object({
      view: packView,
      newest: revision.exactOptional().describe('The newest commit of the default branch.'),
      push: push.exactOptional(),
      history: z.array(deployment),
      block: z
        .object({ what: z.string(), owner: z.string(), command: z.string() })
        .exactOptional()
        .describe('What blocks, who owns it, and what clears it; absent when nothing does.'),
    })
    .meta({ id: 'Why', description: 'Why a pack is as it is, and the one thing that blocks.' }),
);

const life = wire<PackLife>()(
  z.object({
    spans: z
      .array(
        z.object({
          deployment: number,
          since: time,
          until: time.exactOptional(),
          endedBy: deployment.exactOptional(),
        }),
      )
      .describe('Since when and until when what a deployment made live stayed so.'),
    handovers: z
      .array(
        z.object({ kind: z.enum(['give', 'steal']), at: time, by: actor, to: z.string().exactOptional() }),
      )
      .describe('Through whose hands it went.'),
  }),
);

/** The past of a pack. */
export const history = z
  .object({ deployments: z.array(deployment), ...life.shape })
  .meta({ id: 'History', description: 'The newest deployments of a pack, and how long each was live.' });

/** News as they go out. */
export const announcement = wire<AnnouncementView>()(
  z
    .object({
      id: number.exactOptional(),
      repository: z.string(),
      packs: texts,
      text: z.string().describe('Chat Markdown; empty when there is nothing to tell.'),
      channel: z.string().exactOptional(),
      goesOutAt: time.exactOptional(),
      rewordedBy: actor.exactOptional(),
    })
    .meta({
      id: 'Announcement',
      description: 'News for the people who use the packs, as they would go out.',
    }),
);

const comparedFields = { repository: z.string(), revision };

/** A pack that somebody else put on a target. */
export const adoptable = wire<Adoptable>()(
  z
    .object({
      target: z.string(),
      pack: z.string(),
      what: z.string(),
      version: z.string().exactOptional(),
      match: wire<ComparedWith>()(z.object(comparedFields)).exactOptional(),
      nearest: z.object({ ...comparedFields, differs: z.array(driftedFile) }).exactOptional(),
    })
    .meta({ id: 'Adoptable', description: 'A pack that others put on a target, and which commit it is.' }),
);
