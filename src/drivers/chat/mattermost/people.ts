import { z } from 'zod';
import type { Clock } from '../../../core/clock.js';
import type { MattermostApi } from './api.js';
import { userSchema } from './wire.js';

/** Who bears which name. What was told counts for ten minutes, for names change. */
export interface People {
  /** The names of accounts by their ids, without an `@`. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The ids of accounts by their names. */
  idsOf(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Takes in a name that was told on the way. */
  learn(id: string, name: string): void;
}

interface Known {
  /** Undefined when there is nobody. */
  readonly value: string | undefined;
  readonly until: number;
}

const trustedMs = 10 * 60_000;
const mostKnown = 10_000;

/** Asks a server for names. */
export function createPeople(api: MattermostApi, clock: Clock): People {
  const names = new Map<string, Known>();
  const ids = new Map<string, Known>();
  const now = () => clock.now().getTime();

  function note(known: Map<string, Known>, key: string, value: string | undefined): void {
    if (known.size >= mostKnown) known.clear();
    known.set(key, { value, until: now() + trustedMs });
  }

  function learn(id: string, name: string): void {
    note(names, id, name);
    note(ids, name, id);
  }

  async function look(known: Map<string, Known>, path: string, keys: readonly string[]) {
    const missing = [...new Set(keys)].filter((key) => (known.get(key)?.until ?? 0) <= now());
    if (missing.length > 0) {
      const users = await api({ method: 'POST', path, body: missing }, z.array(userSchema));
      for (const key of missing) note(known, key, undefined);
      for (const { id, username } of users) learn(id, username);
    }
    const found = keys.map((key) => [key, known.get(key)?.value] as const);
    return new Map(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
  }

  return {
    namesOf: (wanted) => look(names, '/users/ids', wanted),
    idsOf: (wanted) => look(ids, '/users/usernames', wanted),
    learn,
  };
}
