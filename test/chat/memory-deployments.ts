import type { Config } from '../../src/config/config.js';
import type { Actor } from '../../src/core/actor.js';
import type { Borrow } from '../../src/core/borrow.js';
import { type Deployment, isEnd } from '../../src/core/deployment.js';
import type { DeploymentEvent, RecordedEvent } from '../../src/core/event.js';
import {
  type ActingIntent,
  type DeployIntent,
  type ExtendIntent,
  type GiveIntent,
  isDeploying,
  type LockIntent,
  type Request,
  type StealIntent,
  type UnlockIntent,
} from '../../src/core/intent.js';
import { isLocking, type Lock } from '../../src/core/lock.js';
import type { Plan } from '../../src/core/plan.js';
import { refuse } from '../../src/core/reason.js';
import { ok, type Result, refused } from '../../src/core/result.js';
import { authorizeRequest } from '../../src/deployments/authorize.js';
import { repositoryNamed } from '../../src/deployments/lookup.js';
import type {
  Accepted,
  Call,
  Deployments,
  DeploymentView,
  LiveView,
  PackView,
  WhyView,
} from '../../src/deployments/service.js';
import { ann, minutesAgo, now, sha, viewOf } from './fixture.js';

/** The deployments in memory, behind the same door: a test says what is live and what a plan would be. */
export interface MemoryDeployments extends Deployments {
  readonly requests: Request[];
  readonly all: Map<number, Deployment>;
  readonly liveNow: LiveView[];
  readonly borrowsNow: Borrow[];
  readonly locksNow: Lock[];
  readonly callsNow: Call[];
  readonly recorded: RecordedEvent[];
  /** What blocks a pack, for `why`. */
  block: WhyView['block'];
  /** Asks a deployment's requester for a phrase. */
  call(deployment: number, phrase: string): void;
  /** Ends the call of a deployment. */
  miss(deployment: number): void;
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
  const borrowsNow: Borrow[] = [];
  const locksNow: Lock[] = [];
  const callsNow: Call[] = [];
  const recorded: RecordedEvent[] = [];

  function record(deployment: number, event: DeploymentEvent): void {
    recorded.push({ id: recorded.length + 1, deployment, at: now, event });
  }

  function hangUp(deployment: number): Call | undefined {
    const at = callsNow.findIndex((call) => call.deployment === deployment);
    return at < 0 ? undefined : callsNow.splice(at, 1)[0];
  }

  function packView(pack: string): PackView {
    const live = liveNow.find((one) => one.pack === pack);
    const borrow = borrowsNow.find((one) => one.pack === pack);
    const locks = locksNow.filter((one) => isLocking(one, pack, live?.live.repository ?? ''));
    const queue = [...all.values()]
      .filter((one) => !isEnd(one.status) && one.packs.some((outcome) => outcome.pack === pack))
      .map((one) => viewOf(one));
    const parts = { ...(live === undefined ? {} : { live }), ...(borrow === undefined ? {} : { borrow }) };
    return { target: 'default', pack, ...parts, locks, queue };
  }

  function packs(pack?: string): readonly PackView[] {
    const names = [...liveNow, ...borrowsNow, ...[...all.values()].flatMap((one) => one.packs)];
    const known = [...new Set(names.map((one) => one.pack))].sort();
    return known.filter((one) => pack === undefined || one === pack).map(packView);
  }

  /** Does at once, and without further questions, what acts upon borrows and locks. */
  function act({ requester, intent }: Request<ActingIntent>): Result<Accepted> {
    switch (intent.kind) {
      case 'lock':
        return lock(intent, requester);
      case 'unlock':
        return unlock(intent);
      case 'reword':
      case 'skip':
        return refused(refuse('no-draft', { pack: intent.pack ?? '' }));
      case 'extend':
      case 'give':
      case 'steal':
        return actOnBorrow(intent, requester);
      default:
        throw new Error('not here');
    }
  }

  function lock({ scope, because, forMs }: LockIntent, by: Actor): Result<Accepted> {
    const until = forMs === undefined ? {} : { until: new Date(now.getTime() + forMs) };
    const made = { id: locksNow.length + 1, scope, by, because, since: now, ...until };
    locksNow.push(made);
    return ok({ deployment: 0, isNew: true, lock: made });
  }

  function unlock({ scope }: UnlockIntent): Result<Accepted> {
    const found = locksNow.find((one) => JSON.stringify(one.scope) === JSON.stringify(scope));
    if (found === undefined)
      return refused(refuse('not-locked', { scope: JSON.stringify(scope), locked: [] }));
    locksNow.splice(locksNow.indexOf(found), 1);
    return ok({ deployment: 0, isNew: true, lock: found });
  }

  function actOnBorrow(intent: ExtendIntent | GiveIntent | StealIntent, requester: Actor): Result<Accepted> {
    const done = { deployment: 0, isNew: true };
    const at = borrowsNow.findIndex((one) => one.pack === intent.pack);
    const before = borrowsNow[at];
    if (before === undefined) return refused(refuse('not-borrowed', { pack: intent.pack }));
    const borrow = changed(before, intent, requester);
    borrowsNow[at] = borrow;
    return ok({ ...done, borrow });
  }

  function confirm(deployment: number): Result<Accepted> {
    const said = recorded.some((one) => one.deployment === deployment && one.event.kind === 'confirmed');
    if (said) return refused(refuse('already-confirmed', { deployment }));
    if (hangUp(deployment) === undefined) return refused(refuse('turn-passed', { deployment, isOver: true }));
    record(deployment, { kind: 'confirmed' });
    return ok({ deployment, isNew: true });
  }

  function begin(request: Request): Result<Accepted> {
    const { intent, requester, via, origin, key } = request;
    if (!isDeploying(intent)) throw new Error('not here');
    const known = keys.get(key);
    if (known !== undefined) return ok({ deployment: known, isNew: false });
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
    borrowsNow,
    locksNow,
    callsNow,
    recorded,
    whoIs: async (actor) => ({ actor, accounts: [actor] }),
    block: undefined,
    call(deployment, phrase) {
      const { requester, origin } = all.get(deployment) ?? { requester: ann };
      const where = origin === undefined ? {} : { origin };
      callsNow.push({ deployment, requester, ...where, phrase, until: minutesAgo(-15) });
      record(deployment, { kind: 'called', phrase, until: minutesAgo(-15).toISOString() });
    },
    miss(deployment) {
      hangUp(deployment);
      record(deployment, { kind: 'missed' });
    },
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
      if (isDeploying(intent)) return begin(request);
      if (intent.kind === 'cancel') return cancel(request, intent.deployment);
      if (intent.kind === 'confirm') return confirm(intent.deployment);
      if (intent.kind === 'defer') return ok({ deployment: intent.deployment ?? 1, isNew: true });
      return act({ ...request, intent });
    },
    async diff(intent) {
      const plan = memory.plan(intent);
      return plan.ok ? ok({ plan: plan.value, packs: plan.value.packs }) : plan;
    },
    async get(id) {
      const deployment = all.get(id);
      return deployment === undefined ? undefined : viewOf(deployment);
    },
    async list({ pack, limit = 20 }) {
      return [...all.values()]
        .reverse()
        .filter((d) => pack === undefined || d.packs.some((one) => one.pack === pack))
        .slice(0, limit);
    },
    life: async () => ({ spans: [], handovers: [] }),
    async queue(pack) {
      const open = [...all.values()].filter((d) => !isEnd(d.status));
      return open
        .filter((d) => pack === undefined || d.packs.some((one) => one.pack === pack))
        .map(
          (deployment, i): DeploymentView =>
            viewOf(deployment, {
              ahead: open
                .slice(0, i)
                .map((d) => d.id)
                .reverse(),
            }),
        );
    },
    live: async (pack) => liveNow.filter((one) => pack === undefined || one.pack === pack),
    packs: async (pack) => packs(pack),
    async why(pack) {
      const [view] = packs(pack);
      if (view === undefined) return refused(refuse('pack-not-live', { pack, near: [] }));
      const history = await memory.list({ pack });
      const { block } = memory;
      return ok({ view, newest: { ref: 'main', sha }, history, ...(block === undefined ? {} : { block }) });
    },
    news: async ({ pack }) => refused(refuse('no-draft', { pack })),
    draftAt: async () => undefined,
    calls: async (at) =>
      callsNow.filter(
        ({ origin }) =>
          at === undefined || (origin?.platform === at.platform && origin.channel === at.channel),
      ),
    adoptable: async () => ok([]),
    locks: async () => [...locksNow],
    borrows: async () => [...borrowsNow],
    feed: async (after) => ({ events: [], next: after, isCutShort: false }),
    newestEvent: async () => recorded.length,
    events: async (id) => recorded.filter((one) => one.deployment === id),
    onChange: () => () => undefined,
  };
  return memory;
}

function changed(
  borrow: Borrow,
  intent: Extract<ActingIntent, { kind: 'extend' | 'give' | 'steal' }>,
  by: Request['requester'],
): Borrow {
  if (intent.kind === 'steal') return { ...borrow, holder: by };
  if (intent.kind === 'give') return { ...borrow, holder: { ...by, userId: intent.to, name: intent.to } };
  const more = intent.by === 'overnight' ? 12 * 3_600_000 : intent.by;
  return { ...borrow, until: new Date(borrow.until.getTime() + more) };
}
