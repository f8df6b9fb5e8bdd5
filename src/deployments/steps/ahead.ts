import type { Deployment } from '../../core/deployment.js';
import type { Plan } from '../../core/plan.js';
import type { QueueEntry } from '../../core/queue.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { readQueue } from '../../store/queue.js';
import { afterOf } from '../needed.js';
import { readObstacles, rulesNow } from '../queue.js';
import { nextGrants } from '../queue-rule.js';
import { packRunOf, type Run } from '../run.js';
import { stagePack } from './pack-steps.js';
import { authorize, gateOf } from './plan.js';

/**
 * Writes the files of a plan's one pack while the plan is being made, and makes them a release while it is being kept: a
 * release that is not live harms nobody. Only where its turn is likely to come at once, since what is staged for nothing
 * takes room until it is tidied away.
 */
export class Ahead {
  readonly #run: Run;
  readonly #deployment: Deployment;
  readonly #outlook: Promise<Outlook | undefined>;
  #begun: Begun | undefined;

  /** Looks at the queue at once, so that this is done by the time of the plan. */
  constructor(run: Run, deployment: Deployment) {
    this.#run = run;
    this.#deployment = deployment;
    this.#outlook = readOutlook(run, deployment);
    this.#outlook.catch(() => undefined);
  }

  /** Begins to write the files, when it is worth it and the requester may have them there. */
  readonly selected = (draft: Plan): void => {
    const { intent } = this.#deployment;
    const hasToWait = gateOf(this.#run, intent, draft).gate !== undefined || afterOf(intent).length > 0;
    if (!hasToWait) this.#begun = this.#begin(draft);
  };

  /** Makes a release of them: those that the plan means, else it begins anew. */
  readonly made = (plan: Plan): void => {
    if (this.#begun === undefined || !isSame(this.#begun.plan, plan)) {
      this.#begun?.decide(false);
      this.#begun = this.#begin(plan);
    }
    this.#begun?.decide(true);
  };

  /** What came of staging a pack; nothing when it was not begun. */
  async staged(pack: string): Promise<Result<void> | undefined> {
    return this.#begun?.pack === pack ? await this.#begun.staging : undefined;
  }

  /** Waits until it is over, whatever came of it; what no plan was made for is removed. */
  async settled(): Promise<void> {
    this.#begun?.decide(false);
    await this.#begun?.staging.catch(() => undefined);
  }

  #begin(plan: Plan): Begun | undefined {
    const [pack, ...others] = plan.packs;
    if (pack === undefined || others.length > 0 || pack.removes) return undefined;
    let decide: (isMeant: boolean) => void = () => undefined;
    const approved = new Promise<Result<void>>((resolve) => {
      decide = (isMeant) => resolve(isMeant ? ok(undefined) : refused(notMeant));
    });
    const staging = this.#stage(plan, pack.pack, approved);
    staging.catch(() => undefined);
    return { plan, pack: pack.pack, staging, decide };
  }

  async #stage(plan: Plan, pack: string, approved: Promise<Result<void>>): Promise<Result<void> | undefined> {
    const [outlook, allowed] = await Promise.all([
      this.#outlook,
      authorize(this.#run, { key: '', ...this.#deployment }, plan),
    ]);
    if (outlook === undefined || !allowed.ok || !isLikely(outlook, this.#deployment, plan)) return undefined;
    const at = packRunOf(this.#run, { ...this.#deployment, plan }, pack);
    return await stagePack(this.#run, at, approved);
  }
}

/** What is being staged. */
interface Begun {
  readonly plan: Plan;
  readonly pack: string;
  readonly staging: Promise<Result<void> | undefined>;
  /** Says, once, whether a plan means it. */
  readonly decide: (isMeant: boolean) => void;
}

const notMeant = refuse('step-failed', { step: 'plan', message: 'no plan means it' });

function isSame(a: Plan, b: Plan): boolean {
  const [[one, ...moreOfOne], [other, ...moreOfOther]] = [a.packs, b.packs];
  const isSamePack = one?.pack === other?.pack && one?.path === other?.path && one?.tree === other?.tree;
  const areSingle = moreOfOne.length === 0 && moreOfOther.length === 0;
  return isSamePack && areSingle && a.revision.sha === b.revision.sha && a.revision.ref === b.revision.ref;
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
