import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { withQueue } from '../../src/store/queue.js';
import { withStore } from '../fixtures/opened-store.js';

const store = withStore();

describe('the changes of a queue', () => {
  it('are made one after the other, in the order in which they were asked for, and leave others their connections', async () => {
    let open = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      open = resolve;
    });
    const done: number[] = [];
    // More than the pool has connections.
    const changes = Array.from({ length: 40 }, (_, i) =>
      withQueue(store.db, 'default', async () => {
        if (i === 0) await first;
        done.push(i);
      }),
    );

    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(store.db);
    const elsewhere = await withQueue(store.db, 'staging', async () => 'changed');
    expect({ rows, elsewhere, done }).toEqual({ rows: [{ one: 1 }], elsewhere: 'changed', done: [] });

    open();
    await Promise.all(changes);
    expect(done).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('go on after one that broke', async () => {
    const broken = withQueue(store.db, 'default', async () => {
      throw new Error('broken');
    });
    const next = withQueue(store.db, 'default', async () => 'changed');
    await expect(broken).rejects.toThrow('broken');
    expect(await next).toBe('changed');
  });
});
