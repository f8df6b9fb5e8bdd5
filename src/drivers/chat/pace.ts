/** How many lines a network takes. */
export interface Pace {
  /** So many at once. */
  readonly atOnce: number;
  /** After which one more is taken, in milliseconds. */
  readonly everyMs: number;
}

/** How much of the pace is used: the moment at which all of it is free again, in milliseconds of the epoch. */
export type PaceState = number;

/** What of lines that are to be written: they may, or only after a while. */
export type Paced =
  | { readonly isFree: true; readonly state: PaceState }
  | { readonly isFree: false; readonly waitMs: number };

/**
 * Whether so many lines may be written now: all of them or none, so that no message stands half. A message with more
 * lines than are taken at once may be begun when all is free; what follows it waits the longer.
 */
export function paceLines(pace: Pace, state: PaceState, lines: number, now: number): Paced {
  const needed = Math.min(lines, pace.atOnce) * pace.everyMs;
  const used = Math.max(0, state - now);
  const waitMs = used + needed - pace.atOnce * pace.everyMs;
  if (waitMs > 0) return { isFree: false, waitMs };
  return { isFree: true, state: now + used + lines * pace.everyMs };
}
