import type { PostedLine, RoomMessage } from '../contract.js';

/** Keeps book of what was asked in a room and what of it has been answered for good. */
export interface Conversation {
  /** A line was posted. */
  asked(line: PostedLine): void;
  /** A message was posted or edited, by anybody. */
  heard(message: RoomMessage): void;
  /** Whether every line was heard and has its answer, and every answer its last word. */
  isSettled(): boolean;
  /** Deployments that our lines began or speak of, whose last word is still to come. */
  openDeployments(): readonly number[];
  /** Nothing more will be said of a deployment. */
  close(deployment: number): void;
}

interface Reply {
  readonly line: string;
  readonly hasEnded: boolean;
  readonly deployment: number | undefined;
}

/** Begins to keep book. An answer may be heard before the line that it answers is known to be posted. */
export function createConversation(): Conversation {
  const unanswered = new Set<string>();
  const heard = new Set<string>();
  const lines = new Set<string>();
  const replies = new Map<string, Reply>();
  const closed = new Set<number>();

  const isOpen = ({ line, hasEnded, deployment }: Reply) =>
    lines.has(line) && !hasEnded && (deployment === undefined || !closed.has(deployment));
  const open = () => [...replies.values()].filter(isOpen);

  return {
    asked({ id, answered }) {
      lines.add(id);
      const hasReply = [...replies.values()].some((reply) => reply.line === id);
      if (answered !== false && !hasReply) unanswered.add(id);
    },
    heard(message) {
      heard.add(message.id);
      const line = message.replyTo;
      if (!message.fromBot || line === undefined || line === null) return;
      unanswered.delete(line);
      const deployment = message.deployment ?? undefined;
      replies.set(message.id, { line, hasEnded: message.ended ?? deployment === undefined, deployment });
    },
    isSettled: () => unanswered.size === 0 && open().length === 0 && [...lines].every((id) => heard.has(id)),
    openDeployments: () => open().flatMap(({ deployment }) => deployment ?? []),
    close: (deployment) => void closed.add(deployment),
  };
}
