import { z } from 'zod';
import type { CheckFact, Verdict } from '../../../core/check.js';
import type { Deployment, PackOutcome } from '../../../core/deployment.js';
import type { Push, PushPart } from '../../../core/push.js';
import type { Call, ChecksView, DeploymentView, Obstacle } from '../../../deployments/service.js';
import { actor, keptRefusal, origin, revision } from './basics.js';
import { borrow, lock } from './holds.js';
import { keptIntent, needed } from './intents.js';
import { plan } from './plan.js';
import { number, texts, time, wire } from './wire.js';

const statuses = [
  'queued',
  'waiting',
  'running',
  'succeeded',
  'failed',
  'errored',
  'canceled',
  'expired',
  'superseded',
] as const;

/** How something ended. */
export const endStatus = z.enum(['succeeded', 'failed', 'errored', 'canceled', 'expired', 'superseded']);

/** Where a pack of a deployment stands. */
export const packStatus = z.enum([
  'pending',
  'running',
  'live',
  'removed',
  'unchanged',
  'failed',
  'restored',
  'skipped',
]);

/** A step, as timelines show it. */
export const step = z.enum([
  'plan',
  'turn',
  'stage',
  'activate',
  'register',
  'verify',
  'canary',
  'remove',
  'restore',
]);

const outcome = wire<PackOutcome>()(
  z
    .object({
      pack: z.string(),
      status: packStatus,
      step: step.exactOptional(),
      refusal: keptRefusal.exactOptional(),
    })
    .meta({ id: 'PackOutcome', description: 'One pack’s part in a deployment.' }),
);

/** A deployment. */
export const deployment = wire<Deployment>()(
  z
    .object({
      id: number.describe('Its number, as people say it: 42 in `#42`.'),
      intent: keptIntent,
      requester: actor,
      via: z.enum(['chat', 'cli', 'web', 'api', 'push', 'timer']),
      origin: origin.exactOptional(),
      status: z
        .enum(statuses)
        .describe('`failed`: a rule, check or pack refused it; `errored`: something technical broke.'),
      waitingFor: z.enum(['turn', 'lock', 'confirmation', 'checks', 'packs', 'window']).exactOptional(),
      plan: plan.exactOptional(),
      packs: z.array(outcome),
      refusal: keptRefusal.exactOptional(),
      canceledBy: actor.exactOptional(),
      supersededBy: number.exactOptional(),
      requestedAt: time,
      startedAt: time.exactOptional(),
      endedAt: time.exactOptional(),
    })
    .meta({ id: 'Deployment', description: 'A plan being carried out, or the record of it.' }),
);

const part = wire<PushPart>()(
  z
    .object({
      key: z.string(),
      packs: texts,
      removes: texts,
      needs: z
        .array(z.object({ pack: z.string(), on: z.string() }))
        .exactOptional()
        .describe('What its packs need of parts before it.'),
      refusal: keptRefusal.exactOptional(),
    })
    .meta({ id: 'PushPart', description: 'Packs of a push that go live together.' }),
);

/** A push. */
export const push = wire<Push>()(
  z
    .object({
      id: number,
      repository: z.string(),
      branch: z.string(),
      before: z.string().exactOptional(),
      sha: z.string(),
      isForced: z.boolean(),
      message: z.string(),
      author: z.string(),
      source: z.enum(['webhook', 'poll', 'asked']),
      at: time,
      nothing: z.enum(['nothing-changed', 'skip-asked']).exactOptional(),
      refusal: keptRefusal.exactOptional(),
      parts: z.array(part),
      held: texts,
      gone: texts,
      deployments: z.array(number),
      endedAt: time.exactOptional(),
    })
    .meta({ id: 'Push', description: 'A deployment branch at a new commit, and what came of it.' }),
);

const fact = wire<CheckFact>()(
  z
    .object({
      sha: z.string(),
      name: z.string(),
      state: z.enum(['pending', 'success', 'failure', 'neutral']),
      url: z.string().exactOptional(),
      at: time,
      run: z.number().exactOptional(),
    })
    .meta({ id: 'CheckFact', description: 'What CI says about a commit under one name.' }),
);

const verdict = wire<Verdict>()(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('pass') }),
      z.object({ kind: z.literal('wait'), missing: texts, pending: z.array(fact) }),
      z.object({ kind: z.literal('block'), failed: z.array(fact) }),
    ])
    .meta({ id: 'Verdict', description: 'What the configured checks come to.' }),
);

const checks = wire<ChecksView>()(
  z
    .object({
      since: time,
      isLate: z.boolean(),
      packs: z.array(z.object({ pack: z.string(), verdict })),
      trouble: keptRefusal.exactOptional(),
    })
    .meta({ id: 'Checks', description: 'The checks that a deployment waits for.' }),
);

const call = wire<Call>()(
  z
    .object({
      deployment: number,
      requester: actor,
      origin: origin.exactOptional(),
      phrase: z.string(),
      until: time,
      movedFrom: revision.exactOptional(),
    })
    .meta({ id: 'Call', description: 'A turn that has come, and waits for its requester’s word.' }),
);

const obstacle = wire<Obstacle>()(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('borrow'), borrow }),
      z.object({ kind: z.literal('lock'), lock, pack: z.string() }),
    ])
    .meta({ id: 'Obstacle', description: 'Something of somebody else that a deployment waits for.' }),
);

const viewFields = {
  deployment,
  ahead: z.array(number).describe('Deployments before it in the queue, nearest first.'),
  heldBy: z.array(obstacle),
  call: call.exactOptional(),
  checks: checks.exactOptional(),
  needs: z
    .array(needed)
    .exactOptional()
    .describe('What others of its push bring, as long as it waits for that.'),
  expectedAt: time.exactOptional().describe('About when its turn comes.'),
  hasMissed: z.boolean().exactOptional().describe('Its turn passed once without a word.'),
  borrowed: z.array(borrow).exactOptional().describe('Borrows in force that it made or renewed.'),
  push: push.exactOptional(),
};

/** A deployment with where it stands in the queue. */
export const deploymentView = wire<DeploymentView>()(
  z
    .object(viewFields)
    .meta({ id: 'DeploymentView', description: 'A deployment, and where it stands in the queue.' }),
);

/** The same as people see it. */
export const shownDeployment = z
  .object({
    ...viewFields,
    text: z.string().describe('Its reply in a chat, in chat Markdown.'),
    url: z.string().describe('Its page.'),
  })
  .meta({ id: 'ShownDeployment', description: 'A deployment, with its reply and its page.' });
