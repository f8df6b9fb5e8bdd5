import type { Kysely } from 'kysely';
import { accountName } from '../../core/identity.js';
import type { AccountsNotice } from '../../core/notice.js';
import type { Joining } from '../../store/linked-accounts.js';
import { queueNotice } from '../../store/notices.js';
import type { Database } from '../../store/tables.js';
import { passAllTurnsOn } from '../pass-on.js';
import type { DoorDeps } from '../service-deps.js';

/** Tells an account of what becomes of it, where it asked to be joined. */
export async function tell(
  tx: Kysely<Database>,
  { actor, origin }: Joining,
  about: Pick<AccountsNotice, 'what' | 'accounts' | 'until'>,
  at: Date,
): Promise<void> {
  const key = `accounts:${about.what}:${accountName(actor)}:${at.getTime()}`;
  const { platform, userId, name } = actor;
  const accounts = about.accounts.map((one) => ({
    platform: one.platform,
    userId: one.userId,
    name: one.name,
  }));
  const notice = { kind: 'accounts', to: { platform, userId, name }, ...about, accounts } as const;
  await queueNotice(tx, { key, origin, notice, at });
}

/** Lets all that was decided by who is whom be decided anew: whoever waited behind their own borrow waits no more. */
export async function peopleChanged(deps: DoorDeps): Promise<void> {
  await deps.links.reload();
  await passAllTurnsOn(deps);
}
