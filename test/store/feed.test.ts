import { beforeAll, describe, expect, it } from 'vitest';
import { feedAfter, newestEvent } from '../../src/store/feed.js';
import type { Store } from '../../src/store/open.js';
import { withStore } from '../fixtures/opened-store.js';

const store = withStore();
let deployment: number;
let count = 0;

beforeAll(async () => {
  const { rows } = await store.pool.query(
    `insert into deployments (request_key, intent, requester, via, repository, status, requested_at)
     values ('k', '{}', '{}', 'api', 'groceries', 'queued', now()) returning id::int`,
  );
  deployment = rows[0].id;
});

type Client = Pick<Store['pool'], 'query'>;

async function write(by: Client = store.pool): Promise<number> {
  const { rows } = await by.query(
    `insert into events (deployment, key, at, event) values ($1, $2, now(), '{"kind":"planned"}') returning id::int`,
    [deployment, `event-${count++}`],
  );
  return rows[0].id;
}

const seenAfter = async (id: number) => {
  const { events, isCutShort } = await feedAfter(store.db, id);
  return [events.map((one) => one.id), isCutShort];
};

/** Begins to write an event, and leaves it to the caller to end that. */
async function begin() {
  const client = await store.pool.connect();
  await client.query('begin');
  const id = await write(client);
  const end = async (how: 'commit' | 'rollback') => {
    await client.query(how);
    client.release();
  };
  return { id, end };
}

describe('the events of all deployments', () => {
  it('come in their order, each once', async () => {
    const start = await newestEvent(store.db);
    const ids = [await write(), await write(), await write()];
    expect(await seenAfter(start)).toEqual([ids, false]);
    expect(await seenAfter(ids[1] ?? 0)).toEqual([[ids[2]], false]);
    expect(await seenAfter(ids[2] ?? 0)).toEqual([[], false]);
    expect(await newestEvent(store.db)).toBe(ids[2]);
  });

  it('wait for one whose number was given out before and that cannot be seen yet', async () => {
    const start = await newestEvent(store.db);
    const first = await write();
    const slow = await begin();
    const quick = await write();
    expect(await seenAfter(start)).toEqual([[first], false]);
    expect(await seenAfter(first)).toEqual([[], true]);
    const waiting = seenAfter(first);
    await slow.end('commit');
    expect(await waiting).toEqual([[slow.id, quick], false]);
  });

  it('do not wait for one that was never written, nor for those who begin later', async () => {
    const start = await newestEvent(store.db);
    const lost = await begin();
    const quick = await write();
    const waiting = seenAfter(start);
    const later = await begin();
    await lost.end('rollback');
    expect(await waiting).toEqual([[quick], false]);
    await later.end('commit');
    expect(await seenAfter(quick)).toEqual([[later.id], false]);
  });

  it('come to whoever follows them each once and none less, however many write at once', async () => {
    let from = await newestEvent(store.db);
    const kept: number[] = [];
    const heard: number[] = [];
    let areWriting = true;
    const writer = async (seed: number) => {
      for (let i = 0; i < 25; i++) {
        const one = await begin();
        // Each in its own time, one in five in vain.
        await new Promise((resolve) => setTimeout(resolve, (seed * 7 + i * 3) % 5));
        const isKept = (seed + i) % 5 !== 0;
        if (isKept) kept.push(one.id);
        await one.end(isKept ? 'commit' : 'rollback');
      }
    };
    const reader = async () => {
      for (let isLast = false; ; ) {
        const { events, isCutShort } = await feedAfter(store.db, from);
        heard.push(...events.map(({ id }) => id));
        from = events.at(-1)?.id ?? from;
        if (isLast && events.length === 0 && !isCutShort) return;
        isLast = !areWriting;
      }
    };
    const reading = reader();
    await Promise.all([1, 2, 3, 4].map(writer));
    areWriting = false;
    await reading;
    expect(heard).toEqual(kept.sort((a, b) => a - b));
    expect(heard).toHaveLength(80);
  });
});
