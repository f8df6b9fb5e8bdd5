import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Caller } from '../../core/api-key.js';
import { refuse } from '../../core/reason.js';
import type { WebDeps } from '../deps.js';
import type { WebContext, WebEnv } from '../env.js';
import { createFailureLimit, placeOf } from '../rate-limit.js';
import { refuseRequest } from './answers.js';

const mostFailures = 20;
const withinMs = 60_000;
/** How many places are remembered from which a key was right. */
const mostKnown = 1_000;

/**
 * Lets only those in who show a key: the one in the data directory, or one of the config. Who shows too many wrong ones
 * waits; who came with a right one from the same place before does not, for many may come by way of one proxy.
 */
export function requireKey(deps: WebDeps): MiddlewareHandler<WebEnv> {
  const limit = createFailureLimit(deps.clock, mostFailures, withinMs);
  const known = new Set<string>();

  function mayTry(caller: Caller | undefined, place: string): boolean {
    if (caller?.kind === 'local') return true;
    const isKnown = caller !== undefined && known.has(`${caller.key.name} ${place}`);
    return isKnown || !limit.isOver(place);
  }

  return async (c, next) => {
    const shown = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const place = placeOf(c);
    const caller = await callerOf(deps, shown);
    if (!mayTry(caller, place)) return refuseKey(c, deps, 'too-many-keys');
    if (caller === undefined) {
      // Who shows none is not guessing.
      if (shown !== '') limit.fail(place);
      return refuseKey(c, deps, 'api-key-refused');
    }
    if (caller.kind === 'key' && known.size < mostKnown) known.add(`${caller.key.name} ${place}`);
    c.set('caller', caller);
    return next();
  };
}

async function callerOf({ localKey, apiKeys }: WebDeps, shown: string): Promise<Caller | undefined> {
  if (shown === '') return undefined;
  // Digests have one length, so comparing them tells nothing about the key's.
  if (localKey !== '' && timingSafeEqual(digest(shown), digest(localKey))) return { kind: 'local' };
  const key = await apiKeys?.find(shown);
  return key === undefined ? undefined : { kind: 'key', key };
}

function refuseKey(c: WebContext, { redactor }: WebDeps, code: 'api-key-refused' | 'too-many-keys') {
  if (code === 'too-many-keys') c.header('Retry-After', String(withinMs / 1_000));
  else c.header('WWW-Authenticate', 'Bearer');
  return refuseRequest(c, redactor, refuse(code, {}));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
