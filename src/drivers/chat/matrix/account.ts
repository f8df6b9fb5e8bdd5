import { z } from 'zod';
import type { Api } from './api.js';
import { MatrixRefusal } from './errors.js';
import { whoamiAnswer } from './events.js';
import type { OwnNames } from './heard-text.js';

/** The bot's own account. */
export interface Account {
  /** Asks the homeserver who the bot is. Throws when it doesn't tell, as where it does not know the token. */
  ask(): Promise<OwnNames>;
  /** The bot's id, asked for once. */
  id(): Promise<string>;
}

const profile = z.object({ displayname: z.string().nullish() });

/** Knows whose token it is. */
export function createAccount(api: Api): Account {
  let known: string | undefined;

  async function ask(): Promise<OwnNames> {
    const { user_id: userId } = await api.get({ path: ['account', 'whoami'], schema: whoamiAnswer });
    known = userId;
    return { userId, displayName: await displayName(api, userId) };
  }

  return { ask, id: async () => known ?? (await ask()).userId };
}

async function displayName(api: Api, userId: string): Promise<string | undefined> {
  try {
    const { displayname } = await api.get({ path: ['profile', userId, 'displayname'], schema: profile });
    return displayname ?? undefined;
  } catch (error) {
    // Whoever has set none has none.
    if (error instanceof MatrixRefusal && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}
