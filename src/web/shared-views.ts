import type { Clock } from '../core/clock.js';
import type { Deployments } from '../deployments/service.js';

/** What many open pages show, looked up once for all of them. */
export interface SharedViews {
  /** What `look` gives, or what it gave for the same key since the last change. */
  get<T>(key: string, look: () => Promise<T>): Promise<T>;
  /** Listens to changes no longer. */
  stop(): void;
}

/** News of a change can get lost with a connection, so nothing is taken for new for longer, in milliseconds. */
const longestMs = 5_000;

/** Makes what open pages share. A page that is asked for, or that something was done on, looks for itself. */
export function createSharedViews(deployments: Pick<Deployments, 'onChange'>, clock: Clock): SharedViews {
  const looks = new Map<string, { readonly at: number; readonly view: Promise<unknown> }>();
  const stop = deployments.onChange(() => looks.clear());

  return {
    get<T>(key: string, look: () => Promise<T>): Promise<T> {
      const at = clock.now().getTime();
      const known = looks.get(key);
      // The key stands for the type, and each is used in one place.
      if (known !== undefined && at - known.at < longestMs) return known.view as Promise<T>;
      const view = look();
      looks.set(key, { at, view });
      view.catch(() => looks.delete(key));
      return view;
    },
    stop,
  };
}
