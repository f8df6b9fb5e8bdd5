import { createHash, randomUUID } from 'node:crypto';
import type { ChatState } from '../../../core/chat-state.js';

/** What we have said, as far as it was seen: so that nothing is said twice. */
export interface Said {
  /** The id under which something is said: always the same of the same key, and nobody else can tell it before. */
  idOf(channel: string, key: string): Promise<string>;
  /** What a message of ours says now; undefined when none was seen. */
  bodyOf(id: string): string | undefined;
  saw(id: string, body: string): void;
}

const most = 1_000;

/** Makes an empty memory. */
export function createSaid(state: ChatState): Said {
  const bodies = new Map<string, string>();
  let salt: Promise<string> | undefined;
  return {
    async idOf(channel, key) {
      salt ??= saltIn(state).catch((error: unknown) => {
        salt = undefined;
        throw error;
      });
      const words = JSON.stringify([await salt, channel, key]);
      return createHash('sha256').update(words).digest('base64url').slice(0, 22);
    },
    bodyOf: (id) => bodies.get(id),
    saw(id, body) {
      bodies.delete(id);
      bodies.set(id, body);
      const [oldest] = bodies.keys();
      if (bodies.size > most && oldest !== undefined) bodies.delete(oldest);
    },
  };
}

async function saltIn(state: ChatState): Promise<string> {
  const kept = await state.get('salt');
  if (kept !== undefined) return kept;
  const made = randomUUID();
  await state.set('salt', made);
  return made;
}
