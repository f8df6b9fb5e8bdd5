import type { ChatState } from '../../../core/chat-state.js';
import type { Heard } from './read.js';
import { createSaid, type Said } from './said.js';

/** What is remembered from connection to connection. */
export interface Memory {
  readonly said: Said;
  /** Notes what was heard. */
  onHeard(heard: Heard): void;
  /** Who wrote a line, as their room addresses them; undefined once it is long ago. */
  writerOf(lineId: string): string | undefined;
  /** Who wrote to us by a room's address of theirs, the last time. */
  userAt(occupant: string): string | undefined;
}

const most = 1_000;

/** Makes an empty memory. */
export function createMemory(state: ChatState): Memory {
  const said = createSaid(state);
  const writers = new Map<string, string>();
  const users = new Map<string, string>();
  const note = (map: Map<string, string>, key: string, value: string) => {
    map.delete(key);
    map.set(key, value);
    const [oldest] = map.keys();
    if (map.size > most && oldest !== undefined) map.delete(oldest);
  };
  return {
    said,
    onHeard({ line, own, occupant }) {
      if (own !== undefined) said.saw(own.id, own.body);
      if (line === undefined || occupant === undefined) return;
      note(writers, line.id, occupant);
      if (line.origin.channel === occupant) note(users, occupant, line.author.userId);
    },
    writerOf: (lineId) => writers.get(lineId),
    userAt: (occupant) => users.get(occupant),
  };
}
