import type { Kysely } from 'kysely';
import type { Origin } from '../core/actor.js';
import { type ChatAdapter, ChatUndeliverable } from '../core/chat.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { AccountsNotice, Notice } from '../core/notice.js';
import type { Redactor } from '../core/redact.js';
import { within } from '../core/within.js';
import { markPosted } from '../store/notices.js';
import type { Database } from '../store/tables.js';

const usualPatienceMs = 2_000;

interface Deps {
  readonly db: Kysely<Database>;
  readonly words: (notice: Notice, platform: string) => string;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
  /** How long other notices wait for a private one, in milliseconds: a chat that is away is given longer beside them. */
  readonly patienceMs?: number;
}

/** A notice for one pair of eyes, and where it is said. */
export interface PrivateNotice {
  readonly id: number;
  readonly key: string;
  readonly notice: AccountsNotice;
  readonly adapter: ChatAdapter;
  readonly at: Origin;
}

/**
 * Makes what tells notices privately, each once at a time. Who can't be reached is given up: they see it when they ask. Any
 * other trouble leaves the notice to be told later.
 */
export function createPrivateNotices(deps: Deps): (told: PrivateNotice) => Promise<void> {
  const { patienceMs = usualPatienceMs } = deps;
  const underWay = new Map<number, Promise<void>>();
  return async (told) => {
    const work = underWay.get(told.id) ?? tell(deps, told).finally(() => underWay.delete(told.id));
    underWay.set(told.id, work);
    await within(patienceMs, work);
  };
}

async function tell(deps: Deps, { id, key, notice, adapter, at }: PrivateNotice): Promise<void> {
  const text = deps.redactor.text(deps.words(notice, at.platform));
  try {
    await adapter.whisper(notice.to, at, { key, text });
  } catch (error) {
    deps.log.warn({ err: error, notice: id }, 'somebody could not be told of their accounts');
    if (!(error instanceof ChatUndeliverable)) return;
  }
  await markPosted(deps.db, id, { at: deps.clock.now(), isSettled: true }).catch((error: unknown) =>
    deps.log.warn({ err: error, notice: id }, 'a notice could not be marked as told'),
  );
}
