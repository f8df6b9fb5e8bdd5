import type { Kysely } from 'kysely';
import type { Borrow } from '../../core/borrow.js';
import type { Deployment, EndStatus } from '../../core/deployment.js';
import type { Notice } from '../../core/notice.js';
import { type Refusal, refuse } from '../../core/reason.js';
import { borrowEndChange, findBorrow } from '../../store/borrows.js';
import { queueNotice } from '../../store/notices.js';
import type { Database } from '../../store/tables.js';

type Db = Kysely<Database>;

/**
 * Tells the holder what became of the return of a pack, once however often it was tried. A borrow that something newer
 * has overtaken ends: there is nothing left to return.
 */
export async function tellOfReturn(
  db: Db,
  deployment: Deployment,
  ended: { status: EndStatus; refusal?: Refusal },
  at: Date,
): Promise<void> {
  const { intent } = deployment;
  if (intent.kind !== 'return' || intent.borrow === undefined) return;
  const found = await findBorrow(db, intent.borrow);
  if (found === undefined) return;
  const { borrow, isOpen } = found;
  const refusal = ended.refusal ?? deployment.packs.find((p) => p.refusal !== undefined)?.refusal;
  if (refusal?.code === 'borrow-overtaken' && isOpen)
    return void (await borrowEndChange(db, borrow, at).execute());
  // Who asked for it reads it in the reply.
  if (deployment.via !== 'timer') return;
  // Nothing has failed when it was returned meanwhile, or kept for longer.
  if (ended.status !== 'succeeded' && (!isOpen || refusal?.code === 'return-not-due')) return;
  const notice = ended.status === 'succeeded' ? returned(deployment, borrow) : failed(borrow, refusal);
  const key = `${notice.kind}:${borrow.id}:${borrow.until.getTime()}`;
  await queueNotice(db, { key, origin: borrow.origin, notice, at });
}

function about(borrow: Borrow) {
  return { to: borrow.holder, pack: borrow.pack, repository: borrow.repository, ref: borrow.ref };
}

function returned({ id, plan }: Deployment, borrow: Borrow): Notice {
  const isGone = plan?.packs.some((p) => p.removes) ?? false;
  return {
    kind: 'returned',
    ...about(borrow),
    deployment: id,
    why: 'time',
    ...(plan === undefined || isGone ? {} : { revision: plan.revision }),
  };
}

function failed(borrow: Borrow, refusal: Refusal | undefined): Notice {
  const because = refusal ?? refuse('step-failed', { step: 'return', message: 'it was stopped' });
  const next = borrow.nextTryAt;
  return {
    kind: 'return-failed',
    ...about(borrow),
    because,
    ...(next === undefined ? {} : { nextTryAt: next.toISOString() }),
  };
}
