import { describe, expect, it } from 'vitest';
import { closedAtEnd, closeOpenedAfter, openNow } from '../fixtures/left-open.js';

describe('what a test leaves open', () => {
  it('is closed at the end, the newest first, and not again what the test closed itself', async () => {
    const closed: string[] = [];
    const opening = (name: string) => closedAtEnd(async () => closed.push(name));
    const closeFirst = opening('first');
    const before = openNow();
    opening('second');
    const closeThird = opening('third');
    opening('fourth');
    await Promise.all([closeThird(), closeThird()]);
    await closeOpenedAfter(before);
    expect(closed).toEqual(['third', 'fourth', 'second']);
    await closeFirst();
    expect(openNow()).toBe(before - 1);
  });

  it('is closed also when something else cannot be', async () => {
    const closed: string[] = [];
    const before = openNow();
    closedAtEnd(async () => closed.push('one'));
    closedAtEnd(async () => {
      throw new Error('it hangs');
    });
    await expect(closeOpenedAfter(before)).rejects.toThrow('it hangs');
    expect(closed).toEqual(['one']);
  });
});
