import type { DeliveryCounts } from '../core/delivery.js';

/** Counts what came of deliveries, by the hosts' names. */
export interface Counter {
  add(host: string, what: keyof DeliveryCounts): void;
  /** Counts as of now. */
  all(): Readonly<Record<string, DeliveryCounts>>;
}

/** Makes a counter that begins at nothing. */
export function createCounter(): Counter {
  const counts = new Map<string, Record<keyof DeliveryCounts, number>>();
  return {
    add(host, what) {
      const one = counts.get(host) ?? { accepted: 0, repeated: 0, unsigned: 0, tooLarge: 0, putOff: 0 };
      counts.set(host, one);
      one[what] += 1;
    },
    all: () => Object.fromEntries([...counts].map(([host, one]) => [host, { ...one }])),
  };
}
