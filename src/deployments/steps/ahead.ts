import type { Deployment } from '../../core/deployment.js';
import type { Plan } from '../../core/plan.js';
import type { QueueEntry } from '../../core/queue.js';
import type { Result } from '../../core/result.js';
import { readQueue } from '../../store/queue.js';
import { readObstacles, rulesNow } from '../queue.js';
import { nextGrants } from '../queue-rule.js';
import { packRunOf, type Run } from '../run.js';
import { stagePack } from './pack-steps.js';

/**
 * Stages the one pack of a plan while the plan is being kept: a release that is not live harms nobody. Only where its
 * turn is likely to come at once, since what is staged for nothing takes room until it is tidied away.
 */
export class Ahead {
  readonly #run: Run;
  readonly #deployment: Deployment;
  readonly #outlook: Promise<Outlook | undefined>;
  #pack: string | undefined;
  #staging: Promise<Result<void> | undefined> = Promise.resolve(undefined);

  /** Looks at the queue at once, so that this is done by the time of the plan. */
  constructor(run: Run, deployment: Deployment) {
    this.#run = run;
    this.#deployment = deployment;
    this.#outlook = readOutlook(run, deployment);
    this.#outlook.catch(() => undefined);
  }

  /** Begins to stage, when it is worth it. */
  readonly stage = (plan: Plan): void => {
    const [pack, ...others] = plan.packs;
    if (pack === undefined || others.length > 0 || pack.removes) return;
    this.#pack = pack.pack;
    this.#staging = this.#outlook.then(async (outlook) => {
      if (outlook === undefined || !isLikely(outlook, this.#deployment, plan)) return undefined;
      const at = packRunOf(this.#run, { ...this.#deployment, plan }, pack.pack);
      return await stagePack(this.#run, at);
    });
    this.#staging.catch(() => undefined);
  };

  /** What came of staging a pack; nothing when it was not begun. */
  async staged(pack: string): Promise<Result<void> | undefined> {
    return pack === this.#pack ? await this.#staging : undefined;
  }

  /** Waits until it is over, whatever came of it. */
  async settled(): Promise<void> {
    await this.#staging.catch(() => undefined);
  }
}

interface Outlook {
  readonly entries: readonly QueueEntry[];
  readonly obstacles: Awaited<ReturnType<typeof readObstacles>>;
}

async function readOutlook({ deps }: Run, { intent }: Deployment): Promise<Outlook | undefined> {
  const target =
    intent.kind === 'deploy' ? deps.config().repositories.get(intent.repository)?.target : undefined;
  if (target === undefined) return undefined;
  const [entries, obstacles] = await Promise.all([
    readQueue(deps.db, target),
    readObstacles(deps.db, target, rulesNow(deps)),
  ]);
  return { entries, obstacles };
}

function isLikely({ entries, obstacles }: Outlook, deployment: Deployment, plan: Plan): boolean {
  const own: QueueEntry = {
    ...deployment,
    deployment: deployment.id,
    kind: deployment.intent.kind,
    target: plan.target,
    repository: plan.repository,
    packs: plan.packs.map((p) => p.pack),
    misses: 0,
  };
  return nextGrants([...entries, own], obstacles).includes(own);
}
