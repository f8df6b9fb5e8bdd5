import { platforms } from '../../config/checks/people.js';
import type { Person } from '../../core/access.js';
import type { Actor } from '../../core/actor.js';
import { type ApiKey, actorOfKey, type Caller, keyPlatform } from '../../core/api-key.js';
import { accountName, configuredName } from '../../core/identity.js';
import type { ByKey } from '../../core/intent.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';

/** In whose name something is asked. */
export interface Speaker {
  readonly actor: Actor;
  readonly via: 'cli' | 'api';
  /** The key of the config with which it is asked. */
  readonly byKey?: ByKey;
}

/** Whom a request names. */
export interface Named {
  readonly as?: string | undefined;
  /** The platform of a name that says none. */
  readonly platform?: 'cli' | 'terminal';
}

/** Finds out in whose name a caller asks; refused where its key may not speak for them. */
export function speakerOf(caller: Caller, named: Named, people: readonly Person[]): Result<Speaker> {
  const { as, platform = 'cli' } = named;
  if (caller.kind === 'key') return speakerOfKey(caller.key, { as, platform }, people);
  if (as === undefined) return refused(refuse('bad-request', { problem: 'as: say who asks' }));
  return ok({ actor: accountIn(as, people) ?? { platform, userId: as, name: as }, via: 'cli' });
}

function speakerOfKey(
  key: ApiKey,
  { as, platform }: { readonly as: string | undefined; readonly platform: string },
  people: readonly Person[],
): Result<Speaker> {
  const byKey = { name: key.name, mayChange: key.may === 'change' };
  const itself = actorOfKey(key);
  if (as === undefined || as === accountName(itself)) return ok({ actor: itself, via: 'api', byKey });
  const actor = accountIn(as, people) ?? { platform, userId: accountOn(platform, as, people), name: as };
  const names = [configuredName(people, actor), accountName(actor)];
  const may = key.actsFor === 'everybody' || key.actsFor.some((name) => names.includes(name));
  if (may && !as.startsWith(`${keyPlatform}:`)) return ok({ actor, via: 'api', byKey });
  return refused(refuse('key-speaks-for-itself', { key: key.name, as }));
}

/** The account that is written as `platform:id`; undefined when it is only a name. */
function accountIn(as: string, people: readonly Person[]): Actor | undefined {
  const colon = as.indexOf(':');
  const platform = as.slice(0, Math.max(colon, 0));
  const userId = as.slice(colon + 1);
  if (platform === keyPlatform || userId === '' || !platforms.includes(platform)) return undefined;
  const name = configuredName(people, { platform, userId });
  return { platform, userId, name: name.includes(':') ? userId : name };
}

/** A person's own account on a platform, where the config gives one; else the name is the account. */
function accountOn(platform: string, name: string, people: readonly Person[]): string {
  const person = people.find((one) => one.name === name);
  return person?.accounts.find((account) => account.platform === platform)?.userId ?? name;
}
