import type { Hono } from 'hono';
import { z } from 'zod';
import { refuse } from '../../core/reason.js';
import type { WebDeps } from '../deps.js';
import type { WebEnv } from '../env.js';
import { readBody, refuseRequest, statusOf } from './answers.js';

const name = z.string().min(1).max(200);
const told = z.object({ repository: name, branch: name });

/** Adds how a program says that a branch was pushed to: it is looked at, whatever the program says of it. */
export function addPushes(api: Hono<WebEnv>, { redactor, lookAt }: WebDeps): void {
  if (lookAt === undefined) return;
  api.post('/pushes', async (c) => {
    const caller = c.get('caller');
    if (caller.kind === 'key' && caller.key.may === 'read')
      return refuseRequest(c, redactor, refuse('key-only-reads', { key: caller.key.name }), 403);
    const body = await readBody(c, told);
    if (!body.ok) return refuseRequest(c, redactor, body.refusal, 400);
    const looked = await lookAt(body.value);
    if (!looked.ok) return refuseRequest(c, redactor, looked.refusal, statusOf(looked.refusal));
    return c.json(redactor.json(looked.value));
  });
}
