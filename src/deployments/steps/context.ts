import { randomUUID } from 'node:crypto';
import type { TargetContext } from '../../core/target.js';
import { appendEvents } from '../../store/events.js';
import { deploymentOf, type Run } from '../run.js';

/** What a target is told about the deployment that it works on a pack for: its lines go on the deployment's page. */
export function contextOf(run: Run, pack: string): TargetContext {
  const { db, clock, redactor } = run.deps;
  return {
    async log(line) {
      // A step that runs again tells again: each line has a key of its own.
      const key = `log:${pack}:${randomUUID()}`;
      const event = { kind: 'log', line: redactor.text(line), pack } as const;
      await appendEvents(db, [{ deployment: run.id, key, at: clock.now(), event }]);
    },
    canceledBy: async () => (await deploymentOf(run)).canceledBy?.name,
  };
}
