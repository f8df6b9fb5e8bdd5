import { z } from 'zod';
import type { DeploymentEvent, RecordedEvent } from '../../../core/event.js';
import { actor, keptRefusal } from './basics.js';
import { endStatus, packStatus, step } from './deployments.js';
import { number, texts, time, wire } from './wire.js';

const pack = z.string();

/** What can happen to a deployment. */
const event = wire<DeploymentEvent>()(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('requested') }),
      z.object({ kind: z.literal('planned') }),
      z.object({
        kind: z.literal('checks'),
        state: z.enum(['waiting', 'late', 'blocked', 'passed']),
        names: texts,
      }),
      z.object({ kind: z.literal('queued'), ahead: z.array(number) }),
      z.object({ kind: z.literal('granted') }),
      z.object({ kind: z.literal('called'), phrase: z.string(), until: time }),
      z.object({ kind: z.literal('confirmed') }),
      z.object({ kind: z.literal('missed') }),
      z.object({ kind: z.literal('deferred') }),
      z.object({
        kind: z.literal('step'),
        step,
        pack: pack.exactOptional(),
        state: z.enum(['started', 'done', 'failed']),
      }),
      z.object({ kind: z.literal('log'), line: z.string(), pack: pack.exactOptional() }),
      z.object({ kind: z.literal('pack'), pack, status: packStatus, refusal: keptRefusal.exactOptional() }),
      z.object({ kind: z.literal('cancel-requested'), by: actor }),
      z.object({ kind: z.literal('supersede-requested'), push: number }),
      z.object({ kind: z.literal('ended'), status: endStatus, refusal: keptRefusal.exactOptional() }),
    ])
    .meta({ id: 'DeploymentEvent', description: 'What happened. New versions may add kinds.' }),
);

const recorded = { id: number.describe('Grows with time.'), deployment: number, at: time, event };

/** An event of a deployment's stream. */
export const recordedEvent = wire<RecordedEvent>()(
  z.object(recorded).meta({ id: 'RecordedEvent', description: 'Something that happened to a deployment.' }),
);

/** An event of the stream of all deployments. */
export const fedEvent = z
  .object({
    ...recorded,
    repository: z.string().exactOptional().describe('Absent as long as it is not known.'),
    target: z.string().exactOptional().describe('Absent as long as there is no plan.'),
    packs: texts.describe('The packs of the deployment; empty as long as they are not known.'),
  })
  .meta({ id: 'FedEvent', description: 'Something that happened to a deployment, and what that is about.' });
