import { createHash, randomUUID } from 'node:crypto';
import type { ChatState } from '../../../core/chat-state.js';
import type { Clock } from '../../../core/clock.js';
import { Doubtful, type StackstormClient } from './client.js';

/** What is to be said. */
export interface Saying {
  /** The key of the message. */
  readonly key: string;
  /** The parameters of the action that says it. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
}

/** Says things by an action, and none of them twice. */
export interface Voice {
  /** @returns the id of the execution that says it. Throws as {@link StackstormClient.start} does. */
  say(saying: Saying): Promise<string>;
}

const action = 'chatops.post_message';
/** Shorter than another server waits before it takes over what this one was saying. */
const freshMs = 10_000;

/**
 * Makes a voice. StackStorm knows no idempotency keys, so every execution carries a mark in its context, and before one is
 * started it is looked whether one with its mark is there: when that is in doubt, and else as of a moment ago, for another
 * process may have begun it and died.
 */
export function createVoice(
  client: StackstormClient,
  { clock, state }: { readonly clock: Clock; readonly state: ChatState },
): Voice {
  const doubtful = new Set<string>();
  let said = new Map<unknown, string>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let own: Promise<string> | undefined;

  async function look(): Promise<void> {
    const at = clock.now().getTime();
    const executions = await client.newest(action);
    said = new Map(executions.map(({ id, context }) => [context.packtrain, id]));
    lookedAt = at;
  }

  async function sayingOf(mark: string): Promise<string | undefined> {
    // A look that began before the doubt proves nothing.
    if (doubtful.has(mark)) await look();
    else if (clock.now().getTime() - lookedAt > freshMs) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    }
    doubtful.delete(mark);
    return said.get(mark);
  }

  return {
    async say({ key, parameters }) {
      own ??= ownName(state).catch((error: unknown) => {
        own = undefined;
        throw error;
      });
      const mark = markOf(await own, key, parameters);
      const before = await sayingOf(mark);
      if (before !== undefined) return before;
      try {
        const id = await client.start(action, parameters, { packtrain: mark });
        said.set(mark, id);
        return id;
      } catch (error) {
        if (error instanceof Doubtful) doubtful.add(mark);
        throw error;
      }
    },
  };
}

/** What tells the marks of this Packtrain from those of another that speaks by the same StackStorm. */
async function ownName(state: ChatState): Promise<string> {
  const known = await state.get('name');
  if (known !== undefined) return known;
  await state.set('name', randomUUID());
  return (await state.get('name')) ?? '';
}

/** A newer state of a message is another one. */
function markOf(own: string, key: string, parameters: Saying['parameters']): string {
  const text = createHash('sha256').update(JSON.stringify(parameters)).digest('hex').slice(0, 16);
  return `packtrain ${own} ${key} ${text}`;
}
