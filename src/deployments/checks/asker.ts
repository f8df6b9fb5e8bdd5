import type { CheckFact } from '../../core/check.js';
import { type Refusal, refuse } from '../../core/reason.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';

/** Asks hosts about commits. */
export interface Asker {
  /** All that the host knows of a commit; who asks the same meanwhile gets the same answer. */
  ask(repository: string, sha: string): Promise<Result<readonly CheckFact[]>>;
  /** Until when a repository's host is to be left alone, and why; undefined when it may be asked. */
  pause(repository: string): Pause | undefined;
}

/** A host that is left alone. */
export interface Pause {
  readonly until: Date;
  readonly refusal: Refusal;
}

type AskerDeps = Pick<DeploymentDeps, 'config' | 'hostOf' | 'clock' | 'log'>;

const shortestPauseMs = 15_000;
const longestPauseMs = 5 * 60_000;

interface Trouble extends Pause {
  readonly times: number;
}

/**
 * Makes an asker. A host that is in trouble or limits its callers is left alone for a while, longer each time, however
 * many commits want to be asked about.
 */
export function createAsker(deps: AskerDeps): Asker {
  const troubles = new Map<string, Trouble>();
  const underWay = new Map<string, Promise<Result<readonly CheckFact[]>>>();

  function pauseOf(host: string): Pause | undefined {
    const trouble = troubles.get(host);
    return trouble !== undefined && trouble.until > deps.clock.now() ? trouble : undefined;
  }

  async function askHost(repository: Repository, sha: string): Promise<Result<readonly CheckFact[]>> {
    const host = deps.hostOf?.(repository);
    if (host === undefined) return refused(refuse('nobody-tells-checks', { repository: repository.name }));
    const { api, path } = host;
    // Without a token, checks come by webhooks alone.
    if (api === undefined || path === undefined) return ok([]);
    const pause = pauseOf(host.name);
    if (pause !== undefined) return refused(pause.refusal);
    const facts = await api.facts(path, sha);
    if (facts.ok) troubles.delete(host.name);
    else noteTrouble(host.name, facts.refusal);
    return facts;
  }

  function noteTrouble(host: string, refusal: Refusal): void {
    if (!isOfHost(refusal)) return;
    const times = (troubles.get(host)?.times ?? 0) + 1;
    const until = pauseUntil(refusal, times, deps.clock.now());
    troubles.set(host, { until, refusal, times });
    deps.log.warn({ host, refusal, until }, 'a Git host cannot be asked about checks');
  }

  return {
    ask(repository, sha) {
      const named = repositoryNamed(deps.config(), repository);
      if (!named.ok) return Promise.resolve(named);
      const key = `${repository} ${sha}`;
      const asking = underWay.get(key) ?? askHost(named.value, sha).finally(() => underWay.delete(key));
      underWay.set(key, asking);
      return asking;
    },
    pause(repository) {
      const named = repositoryNamed(deps.config(), repository);
      const host = named.ok ? deps.hostOf?.(named.value) : undefined;
      return host === undefined ? undefined : pauseOf(host.name);
    },
  };
}

/** Whether the host as a whole is in trouble, and not only with one repository. */
function isOfHost({ code }: Refusal): boolean {
  return (
    code === 'host-limits' ||
    code === 'host-broken' ||
    code === 'host-unreachable' ||
    code === 'host-refuses-token'
  );
}

function pauseUntil(refusal: Refusal, times: number, now: Date): Date {
  if (refusal.code === 'host-limits')
    return new Date(Math.max(Date.parse(refusal.params.until), now.getTime() + 1_000));
  const ms = Math.min(shortestPauseMs * 2 ** (times - 1), longestPauseMs);
  return new Date(now.getTime() + ms * (0.75 + Math.random() / 2));
}
