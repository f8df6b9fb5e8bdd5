import type { Config } from '../../src/config/config.js';
import { type Deployment, isEnd } from '../../src/core/deployment.js';
import type { DeployIntent, Request } from '../../src/core/intent.js';
import type { Plan } from '../../src/core/plan.js';
import { refuse } from '../../src/core/reason.js';
import { ok, type Result, refused } from '../../src/core/result.js';
import { authorizeRequest } from '../../src/deployments/authorize.js';
import { repositoryNamed } from '../../src/deployments/lookup.js';
import type { Accepted, Deployments, DeploymentView, LiveView } from '../../src/deployments/service.js';
import { now, sha } from './fixture.js';

/** The deployments in memory, behind the same door: a test says what is live and what a plan would be. */
export interface MemoryDeployments extends Deployments {
  readonly requests: Request[];
  readonly all: Map<number, Deployment>;
  readonly liveNow: LiveView[];
  /** Answers `diff`. */
  plan: (intent: DeployIntent) => Result<Plan>;
  /** Makes a pack live. */
  makeLive(pack: string, more?: Partial<LiveView>): void;
}

export function memoryDeployments(config: () => Config): MemoryDeployments {
  const requests: Request[] = [];
  const all = new Map<number, Deployment>();
  const keys = new Map<string, number>();
  const liveNow: LiveView[] = [];

  function begin(request: Request): Result<Accepted> {
    const { intent, requester, via, origin, key } = request;
    const known = keys.get(key);
    if (known !== undefined) return ok({ deployment: known, isNew: false });
    if (intent.kind === 'cancel') throw new Error('not here');
    if (intent.kind === 'deploy') {
      const named = repositoryNamed(config(), intent.repository);
      if (!named.ok) return named;
    }
    const id = all.size + 1;
    const where = origin === undefined ? {} : { origin };
    all.set(id, { id, intent, requester, via, ...where, status: 'queued', packs: [], requestedAt: now });
    keys.set(key, id);
    return ok({ deployment: id, isNew: true });
  }

  function cancel(request: Request, wanted: number | undefined): Result<Accepted> {
    const mine = [...all.values()].filter(
      (d) => d.requester.userId === request.requester.userId && !isEnd(d.status),
    );
    const id = wanted ?? mine.at(-1)?.id;
    if (id === undefined) return refused(refuse('nothing-to-cancel', { who: request.requester.name }));
    const deployment = all.get(id);
    if (deployment === undefined) return refused(refuse('no-such-deployment', { deployment: id }));
    if (isEnd(deployment.status))
      return refused(refuse('already-ended', { deployment: id, status: deployment.status }));
    all.set(id, { ...deployment, canceledBy: request.requester });
    return ok({ deployment: id, isNew: true });
  }

  const memory: MemoryDeployments = {
    requests,
    all,
    liveNow,
    plan: ({ repository }) => refused(refuse('empty-repository', { repository })),
    makeLive(pack, more = {}) {
      const live = {
        repository: 'house-packs',
        revision: { ref: 'main', sha },
        tree: `t-${pack}`,
        release: '1',
      };
      liveNow.push({ target: 'default', pack, live, deployment: 1, since: now, by: 'ann', ...more });
    },
    async request(request) {
      requests.push(request);
      const allowed = authorizeRequest(config(), request);
      if (!allowed.ok) return allowed;
      const { intent } = request;
      return intent.kind === 'cancel' ? cancel(request, intent.deployment) : begin(request);
    },
    async diff(intent) {
      const plan = memory.plan(intent);
      return plan.ok ? ok({ plan: plan.value, packs: plan.value.packs }) : plan;
    },
    async get(id) {
      const deployment = all.get(id);
      return deployment === undefined ? undefined : { deployment, ahead: [] };
    },
    async list({ pack, limit = 20 }) {
      return [...all.values()]
        .reverse()
        .filter((d) => pack === undefined || d.packs.some((one) => one.pack === pack))
        .slice(0, limit);
    },
    async queue(pack) {
      const open = [...all.values()].filter((d) => !isEnd(d.status));
      return open
        .filter((d) => pack === undefined || d.packs.some((one) => one.pack === pack))
        .map(
          (deployment, i): DeploymentView => ({
            deployment,
            ahead: open
              .slice(0, i)
              .map((d) => d.id)
              .reverse(),
          }),
        );
    },
    live: async (pack) => liveNow.filter((one) => pack === undefined || one.pack === pack),
    events: async () => [],
    onChange: () => () => undefined,
  };
  return memory;
}
