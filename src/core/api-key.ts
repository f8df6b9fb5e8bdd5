import type { Actor } from './actor.js';

/** A key of the HTTP API, as it is configured now. */
export interface ApiKey {
  readonly name: string;
  readonly may: 'read' | 'change';
  /** Names of people, or accounts as `platform:id`, in whose name a request may be made. */
  readonly actsFor: 'everybody' | readonly string[];
  /** Comes when the key is taken away or changed: what was opened with it ends. */
  readonly gone: AbortSignal;
}

/** Who showed a key: a program of this machine, with the server's own key, or one with a key of the config. */
export type Caller = { readonly kind: 'local' } | { readonly kind: 'key'; readonly key: ApiKey };

/** The keys that programs may show. */
export interface ApiKeys {
  /** The key of this value; undefined when there is none. */
  find(shown: string): Promise<ApiKey | undefined>;
}

/** The platform on which the account of a key stands under its name. */
export const keyPlatform = 'api';

/** A key as the one who asks. */
export function actorOfKey({ name }: Pick<ApiKey, 'name'>): Actor {
  return { platform: keyPlatform, userId: name, name };
}
