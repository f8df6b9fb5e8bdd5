import { getConnInfo } from '@hono/node-server/conninfo';
import type { Clock } from '../core/clock.js';
import type { WebContext } from './env.js';

/** Counts failures by where they come from. */
export interface FailureLimit {
  /** Whether this place failed too often lately. */
  isOver(place: string): boolean;
  fail(place: string): void;
}

/** Allows `most` failures in any `withinMs` milliseconds from one place. */
export function createFailureLimit(clock: Clock, most: number, withinMs: number): FailureLimit {
  let failures: Array<{ place: string; at: number }> = [];

  function recent(): typeof failures {
    const from = clock.now().getTime() - withinMs;
    failures = failures.filter((one) => one.at > from).slice(-10_000);
    return failures;
  }

  return {
    isOver: (place) => recent().filter((one) => one.place === place).length >= most,
    fail: (place) => void recent().push({ place, at: clock.now().getTime() }),
  };
}

/** The address that a request came from. */
export function placeOf(c: WebContext): string {
  // Without a socket, as when the app is called directly, there is no address.
  const hasSocket = typeof c.env === 'object' && c.env !== null && 'incoming' in c.env;
  return (hasSocket ? getConnInfo(c).remote.address : undefined) ?? 'unknown';
}
