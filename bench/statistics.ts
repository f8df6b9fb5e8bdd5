/** Times of one thing that was done many times, in milliseconds. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly least: number;
  readonly most: number;
}

/** Sums up some times; there must be one at least. */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => valueAt(sorted, share);
  return { count: sorted.length, median: at(0.5), p95: at(0.95), least: at(1 / sorted.length), most: at(1) };
}

/** The time within which a share of some times are, from 0 to 1. */
export function atShare(times: readonly number[], share: number): number {
  return valueAt(
    [...times].sort((a, b) => a - b),
    share,
  );
}

function valueAt(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** Runs something and gives how long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
