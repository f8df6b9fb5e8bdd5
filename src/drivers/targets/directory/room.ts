import { type Refusal, refuse } from '../../../core/reason.js';
import type { Ground } from './ground.js';

// What must stay free after staging: small files take whole blocks, and what runs on the same disk needs to breathe.
const marginBytes = 8 * 1024 * 1024;
const marginShare = 0.1;

/** Whether there is too little room to stage that many bytes; asked before, so that a full disk is seldom met midway. */
export async function roomProblem(ground: Ground, bytes: number): Promise<Refusal | undefined> {
  const free = await ground.files.freeBytes(ground.layout.root);
  const needed = Math.ceil(bytes * (1 + marginShare)) + marginBytes;
  if (free === undefined || free >= needed) return undefined;
  return refuse('target-full', { target: ground.target, path: ground.layout.root, free, needed });
}
