import { z } from 'zod';
import type { BorrowView } from '../../../core/borrow.js';
import type { Lock } from '../../../core/lock.js';
import { actor, origin } from './basics.js';
import { scope } from './intents.js';
import { liveRevision } from './plan.js';
import { count, number, time, wire } from './wire.js';

/** A lock. */
export const lock = wire<Lock>()(
  z
    .object({
      id: number,
      scope,
      by: actor,
      because: z.string(),
      since: time,
      until: time.exactOptional(),
      origin: origin.exactOptional(),
    })
    .meta({ id: 'Lock', description: 'Somebody’s hold on packs, until it is unlocked or its time is over.' }),
);

const borrowFields = {
  id: number,
  target: z.string(),
  pack: z.string(),
  repository: z.string(),
  ref: z.string().describe('The branch, tag or SHA that is live.'),
  holder: actor,
  origin: origin.exactOptional(),
  deployment: number,
  since: time,
  until: time.describe('When it returns by itself.'),
  overnight: z.boolean(),
  displaced: liveRevision.exactOptional().describe('What was live before.'),
  warnedUntil: time.exactOptional(),
  attempts: count.describe('How often the return was tried.'),
  nextTryAt: time.exactOptional(),
};

/** A borrow. */
export const borrow = wire<BorrowView>()(
  z
    .object({
      ...borrowFields,
      isStranded: z
        .boolean()
        .exactOptional()
        .describe('Its repository is not configured, so it can’t go back.'),
    })
    .meta({ id: 'Borrow', description: 'A pack with another branch than the default one live.' }),
);
