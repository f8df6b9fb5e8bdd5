import type { Pool } from 'pg';
import { deploymentChannel } from '../store/events.js';
import { peopleChannel } from '../store/linked-accounts.js';
import { listenTo } from '../store/listener.js';
import type { StoreLog } from '../store/log.js';

/** Tells of every deployment to which something happened, on whichever server it did. */
export interface Changes {
  /** Calls back with a deployment's number; returns how to stop. */
  readonly subscribe: (listener: (deployment: number) => void) => () => void;
  /** Calls back when changes may have been missed: at the start and after a broken connection. */
  readonly onGap: (listener: () => void) => () => void;
  /** Calls back when it may have changed whose account is whose, on whichever server it did. */
  readonly onPeople: (listener: () => void) => () => void;
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Listens to the database for changes. */
export function watchChanges(pool: Pool, log: StoreLog): Changes {
  const listeners = new Set<(deployment: number) => void>();
  const gapListeners = new Set<() => void>();
  const peopleListeners = new Set<() => void>();
  const { ready, close } = listenTo({
    pool,
    channels: [deploymentChannel, peopleChannel],
    log,
    onNotice: (channel, payload) => {
      if (channel === peopleChannel) for (const listener of peopleListeners) listener();
      else for (const listener of listeners) listener(Number(payload));
    },
    onListening: () => {
      for (const listener of [...gapListeners, ...peopleListeners]) listener();
    },
  });
  return {
    subscribe: add(listeners),
    onGap: add(gapListeners),
    onPeople: add(peopleListeners),
    ready,
    close,
  };
}

function add<T>(set: Set<T>): (listener: T) => () => void {
  return (listener) => {
    set.add(listener);
    return () => void set.delete(listener);
  };
}
