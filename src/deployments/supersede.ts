import type { Push } from '../core/push.js';
import { requestSupersede } from '../store/deployments.js';
import { appendEvents } from '../store/events.js';
import type { DoorDeps } from './service-deps.js';

/**
 * Lets a push take the place of what older pushes to its branch asked for, as far as that has not begun; what has begun
 * goes on, and the newer one waits for its packs. Again, for the same push: nothing.
 */
export async function supersedeOlder(
  deps: Pick<DoorDeps, 'db' | 'clock' | 'engine'>,
  push: Pick<Push, 'id' | 'repository' | 'branch'>,
): Promise<void> {
  const at = deps.clock.now();
  const older = await deps.db.transaction().execute(async (tx) => {
    const ids = await requestSupersede(tx, push);
    const event = { kind: 'supersede-requested', push: push.id } as const;
    await appendEvents(
      tx,
      ids.map((deployment) => ({ deployment, key: event.kind, at, event })),
    );
    return ids;
  });
  for (const deployment of older) await deps.engine.ring(deployment);
}
