import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryName } from '../client.js';
import type { BenchRepository } from '../repository.js';
import type { BenchServer } from '../server.js';

/** A server that deploys what is pushed, and the repository that is pushed to. */
export interface PushPlace {
  readonly server: BenchServer;
  readonly pushed: BenchRepository;
  /** Where its packs go live. */
  readonly live: string;
  readonly folder: string;
}

export const hookSecret = 'a-secret-of-the-bench';
const longestMs = 600_000;
// A push of a few commits has about so many bytes.
const filler = 'A line as commits have many.\n'.repeat(250);

/** Tells the server by its webhook that something was pushed. */
export async function tell({ url }: BenchServer): Promise<void> {
  const headers = { authorization: `Bearer ${hookSecret}`, 'content-type': 'application/json' };
  // Without an id of its own, a delivery is taken for another by what it says.
  const message = `${randomUUID()}\n\n${filler}`;
  const body = JSON.stringify({ repo_name: repositoryName, branch: 'main', message });
  const answer = await fetch(`${url}/webhooks/hook`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the webhook was answered with ${answer.status}`);
  await answer.arrayBuffer();
}

/** Where a link leads to; undefined where there is none. */
export function leadsTo(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

/** Whether a link leads elsewhere than it did. */
export function isOtherThan(link: string, before: string | undefined): () => Promise<boolean> {
  return async () => leadsTo(link) !== before;
}

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>, everyMs = 50): Promise<void> {
  const deadline = Date.now() + longestMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it took too long');
    await sleep(everyMs);
  }
}
