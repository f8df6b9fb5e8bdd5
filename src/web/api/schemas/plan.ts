import { z } from 'zod';
import type { Canary } from '../../../core/canary.js';
import type { CommitLine, LiveRevision, PackPlan, Plan } from '../../../core/plan.js';
import type { AliasLine, NamingPlace, PlanWarning } from '../../../core/plan-warning.js';
import { keptRefusal, revision } from './basics.js';
import { contentDiff } from './diff.js';
import { count, json, number, texts, wire } from './wire.js';

/** A commit as people want to see it. */
export const commitLine = wire<CommitLine>()(
  z
    .object({
      sha: z.string(),
      subject: z.string(),
      author: z.string(),
      at: z
        .string()
        .meta({ format: 'date-time', description: 'When it was made, in the time zone of its author.' })
        .exactOptional(),
    })
    .meta({ id: 'Commit', description: 'A commit as people want to see it.' }),
);

/** A revision with the release that holds it. */
export const liveRevision = wire<LiveRevision>()(
  z
    .object({ repository: z.string(), revision, tree: z.string(), release: z.string() })
    .meta({ id: 'LiveRevision', description: 'A revision that is or was live, with its release.' }),
);

const canary = wire<Canary>()(
  z
    .object({
      action: z.string(),
      parameters: z.record(z.string(), json),
      status: z.string(),
      result: z.record(z.string(), json),
      withinMs: count,
    })
    .meta({ id: 'Canary', description: 'What is run once a pack is live, and what has to come of it.' }),
);

const packPlan = wire<PackPlan>()(
  z
    .object({
      pack: z.string(),
      path: z.string().describe('The folder of the pack; empty when the repository is the pack.'),
      tree: z.string(),
      from: liveRevision.exactOptional().describe('What was live when the plan was made.'),
      diff: contentDiff,
      canary: canary.exactOptional(),
      removes: z.boolean().exactOptional().describe('Whether the pack is taken away.'),
      warnings: texts,
    })
    .meta({ id: 'PackPlan', description: 'What a plan does to one pack.' }),
);

const place = wire<NamingPlace>()(
  z
    .object({
      pack: z.string(),
      kind: z.enum(['rule', 'alias', 'workflow', 'policy', 'dependency']),
      file: z.string(),
      line: count,
    })
    .meta({ id: 'NamingPlace', description: 'Where a pack names something of another.' }),
);

const aliasLine = wire<AliasLine>()(
  z
    .object({ pack: z.string(), alias: z.string(), line: z.string() })
    .meta({ id: 'AliasLine', description: 'A line of an alias.' }),
);

const warning = wire<PlanWarning>()(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('circle'), packs: texts }),
      z.object({
        kind: z.literal('missing-pack'),
        pack: z.string(),
        needs: z.string(),
        by: z.array(place),
        from: z.string().exactOptional(),
      }),
      z.object({
        kind: z.literal('other-version'),
        pack: z.string(),
        needs: z.string(),
        wanted: z.string(),
        found: z.string(),
      }),
      z.object({
        kind: z.literal('not-brought'),
        pack: z.string(),
        needs: z.string(),
        deployment: number,
        isOver: z.boolean(),
      }),
      z.object({
        kind: z.literal('still-named'),
        pack: z.string(),
        what: z.enum(['action', 'trigger', 'pack']),
        ref: z.string(),
        by: z.array(place),
      }),
      z.object({
        kind: z.literal('alias-clash'),
        pack: z.string(),
        first: aliasLine,
        second: aliasLine,
        example: z.string(),
      }),
      z.object({ kind: z.literal('unread'), packs: texts }),
    ])
    .meta({ id: 'PlanWarning', description: 'What packs have to do with each other; it holds nothing up.' }),
);

/** What is done, exactly. */
export const plan = wire<Plan>()(
  z
    .object({
      target: z.string(),
      repository: z.string(),
      revision,
      isDefaultBranch: z.boolean(),
      packs: z.array(packPlan).describe('Each after those that it needs.'),
      unchanged: texts.describe('Packs that are live as asked.'),
      refused: z.array(z.object({ pack: z.string(), refusal: keptRefusal })),
      commits: z.array(commitLine).describe('The newest that it brings, newest first.'),
      adopt: z.boolean(),
      warnings: z.array(warning).exactOptional(),
      chatopsLines: z
        .array(z.object({ pack: z.string(), line: z.string(), description: z.string() }))
        .exactOptional()
        .describe('Lines that are new in the target’s own chat bot.'),
      asFound: z.boolean().exactOptional(),
      overwrite: z.boolean().exactOptional(),
    })
    .meta({
      id: 'Plan',
      description: 'What is done, exactly: which commits, which packs, what is different.',
    }),
);
