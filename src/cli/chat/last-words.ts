import type { Client } from '../client.js';
import type { Conversation } from './conversation.js';

const openStatuses: readonly string[] = ['queued', 'waiting', 'running'];

/**
 * Makes what closes the deployments that have ended without a last word, as it may be for an answer that only speaks of
 * one. A deployment that is found ended twice running has had its time for it.
 */
export function createLastWords(client: Client, conversation: Conversation): () => Promise<void> {
  const endedBefore = new Set<number>();
  return async () => {
    for (const id of conversation.openDeployments()) {
      const answer = await client.deployment(id);
      const isOver = answer.ok && !openStatuses.includes(answer.value.deployment.status);
      if (isOver && endedBefore.has(id)) conversation.close(id);
      if (isOver) endedBefore.add(id);
    }
  };
}
