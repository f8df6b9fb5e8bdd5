import { it } from 'vitest';
import { renderHistory } from '../../../src/chat/render/history.js';
import { packtrainItself } from '../../../src/core/actor.js';
import type { Deployment } from '../../../src/core/deployment.js';
import { refuse } from '../../../src/core/reason.js';
import type { PackLife } from '../../../src/deployments/service.js';
import { ann, bob, context, endedOf, minutesAgo, planOf, sha } from '../fixture.js';
import { expectGolden } from './golden.js';

const back = { kind: 'return', pack: 'beans' } as const;
const feature = planOf(['beans'], { revision: { ref: 'feature/x', sha }, isDefaultBranch: false });
const wasLive = [{ pack: 'beans', status: 'live' }] as const;
const wasPending = [{ pack: 'beans', status: 'pending' }] as const;

/** The n-th of a pack's past, each some minutes after the one before. */
function past(id: number, packs: Deployment['packs'], more: Partial<Deployment> = {}): Deployment {
  const requestedAt = minutesAgo(200 - id * 10);
  const endedAt = new Date(requestedAt.getTime() + 5_000);
  const { startedAt: _, ...never } = endedOf(packs, { id, requestedAt, endedAt, ...more });
  // What is still to come never began.
  return packs === wasPending ? never : { ...never, startedAt: requestedAt };
}

const byTimer = past(3, wasLive, { intent: back, via: 'timer', requester: packtrainItself });
const byHand = past(5, wasLive, { intent: back, requester: bob });
const rolledBack = past(7, wasLive, { intent: { kind: 'rollback', pack: 'beans' }, requester: bob });
const endings = [
  past(1, wasLive),
  past(2, wasLive, { plan: feature, requester: bob }),
  byTimer,
  past(4, wasLive, { plan: feature, requester: bob }),
  byHand,
  past(6, wasLive, { via: 'push', requester: packtrainItself }),
  rolledBack,
  past(8, wasPending, { status: 'superseded', via: 'push', refusal: refuse('superseded', { push: 12 }) }),
  past(9, wasPending, { status: 'expired', refusal: refuse('expired', { deployment: 9 }) }),
  past(10, wasPending, { status: 'canceled', canceledBy: bob }),
  past(11, [{ pack: 'beans', status: 'unchanged' }]),
  past(12, [{ pack: 'beans', status: 'removed' }], { intent: back }),
].reverse();
const span = (deployment: number, endedBy: Deployment) => ({
  deployment,
  since: minutesAgo(200 - deployment * 10),
  until: endedBy.requestedAt,
  endedBy,
});
const life: PackLife = {
  spans: [
    span(1, past(2, wasLive, { requester: bob })),
    span(2, byTimer),
    span(4, byHand),
    span(6, rolledBack),
    { deployment: 7, since: minutesAgo(130) },
  ],
  handovers: [
    { kind: 'give', at: minutesAgo(175), by: bob, to: '@jjm' },
    { kind: 'steal', at: minutesAgo(155), by: ann },
    { kind: 'give', at: minutesAgo(500), by: bob, to: '@jjm' },
  ],
};

it('tells of every deployment who, for how long and why it ended, and through whose hands the pack went', async () => {
  await expectGolden('history', {
    'a pack with every way to end': renderHistory(endings, context, { pack: 'beans', life }),
  });
});
