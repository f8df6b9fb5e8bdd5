import { randomUUID } from 'node:crypto';
import type { Lock, QueueEntry, StateAdapter } from 'chat';
import type { ChatState } from '../../../core/chat-state.js';
import type { Clock } from '../../../core/clock.js';

/** What the SDK's state is kept in. */
export interface SdkStateOptions {
  readonly state: ChatState;
  readonly clock: Clock;
  /** Whether a value is needed after a restart; others are what the platform can be asked again. */
  readonly isKept: (key: string) => boolean;
}

interface Held {
  readonly value: unknown;
  /** Milliseconds since the epoch; for ever unless given. */
  readonly until?: number;
}

// Names of people and such: enough that a busy workspace is not asked again and again.
const mostHeld = 2_000;

/**
 * The state of the `chat` SDK. It remembers on purpose neither which lines came in (the inbox knows that, durably, while
 * the SDK would take a line for done before it is kept) nor locks and subscriptions: every line is handed on.
 */
export function createSdkState({ state, clock, isKept }: SdkStateOptions): StateAdapter {
  const held = new Map<string, Held>();
  const now = () => clock.now().getTime();

  async function read(key: string): Promise<unknown> {
    const text = isKept(key) && !held.has(key) ? await state.get(key) : undefined;
    if (text !== undefined) hold(key, JSON.parse(text) as Held);
    const found = held.get(key);
    return found === undefined || (found.until ?? Number.POSITIVE_INFINITY) <= now() ? null : found.value;
  }

  async function write(key: string, value: unknown, ttlMs?: number): Promise<void> {
    if (isDelivery(key)) return;
    const entry = ttlMs === undefined ? { value } : { value, until: now() + ttlMs };
    hold(key, entry);
    if (isKept(key)) await state.set(key, JSON.stringify(entry));
  }

  function hold(key: string, entry: Held): void {
    held.delete(key);
    held.set(key, entry);
    for (const oldest of held.keys()) {
      if (held.size <= mostHeld) break;
      held.delete(oldest);
    }
  }

  async function readList(key: string): Promise<unknown[]> {
    const list = await read(key);
    return Array.isArray(list) ? list : [];
  }

  return {
    connect: async () => undefined,
    disconnect: async () => undefined,
    // What comes out is what the SDK itself put in.
    get: async <T>(key: string) => (await read(key)) as T | null,
    set: write,
    delete: (key) => write(key, null),
    async setIfNotExists(key, value, ttlMs) {
      if (!isDelivery(key) && (await read(key)) !== null) return false;
      await write(key, value, ttlMs);
      return true;
    },
    async appendToList(key, value, { maxLength = 100, ttlMs } = {}) {
      await write(key, [...(await readList(key)), value].slice(-maxLength), ttlMs);
    },
    getList: async <T>(key: string) => (await readList(key)) as T[],
    ...noSubscriptions,
    ...noLocks(now),
  };
}

/** What says that a line, or an event with one, was seen. */
function isDelivery(key: string): boolean {
  return key.startsWith('dedupe:') || key.includes(':event-delivered:');
}

const noSubscriptions = {
  subscribe: async () => undefined,
  unsubscribe: async () => undefined,
  isSubscribed: async () => false,
};

/** Lines are handled side by side, so no lock is ever held against anybody. */
function noLocks(now: () => number) {
  return {
    acquireLock: async (threadId: string, ttlMs: number): Promise<Lock> => ({
      threadId,
      token: randomUUID(),
      expiresAt: now() + ttlMs,
    }),
    extendLock: async () => true,
    releaseLock: async () => undefined,
    forceReleaseLock: async () => undefined,
    enqueue: async () => 0,
    dequeue: async (): Promise<QueueEntry | null> => null,
    queueDepth: async () => 0,
  };
}
