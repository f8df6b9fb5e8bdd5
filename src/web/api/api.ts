import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { z } from 'zod';
import type { Answer } from '../../chat/answer.js';
import { accountName } from '../../core/identity.js';
import type { WebDeps } from '../deps.js';
import type { WebContext, WebEnv } from '../env.js';
import { createLoginLinks } from '../login-links.js';
import type { StreamHub } from '../sse.js';
import { readBody, refuseRequest, showAnswer, statusOf } from './answers.js';
import { localOnly, requireKey } from './auth.js';
import { addDeliveries } from './deliveries.js';
import { addDeploymentReads } from './deployments.js';
import { addPackReads } from './packs.js';
import { addPushes } from './pushes.js';
import { addRooms } from './rooms.js';
import { commandBody, loginBody } from './schemas.js';
import { type Speaker, speakerOf } from './speaker.js';

/** Makes the HTTP API for programs on this machine: the command line and the terminal chat. */
export function createApi(deps: WebDeps, hub: StreamHub): Hono<WebEnv> {
  const api = new Hono<WebEnv>();
  const createLoginLink = createLoginLinks(deps.sessions, deps.baseUrl);
  api.use(requireKey(deps));
  api.post('/commands', (c) => runCommand(c, deps));
  const onlyHere = localOnly(deps);
  api.use('/rooms/*', onlyHere);
  api.post('/login-links', onlyHere, async (c) => {
    const body = await readBody(c, loginBody);
    if (!body.ok) return refuseRequest(c, deps.redactor, body.refusal, 400);
    const { as } = body.value;
    return c.json({ url: await createLoginLink({ platform: 'cli', userId: as, name: as }) });
  });
  addDeploymentReads(api, deps, hub);
  addPackReads(api, deps);
  addPushes(api, deps);
  if (deps.webhooks !== undefined) addDeliveries(api, deps, deps.webhooks);
  api.get('/chats', async (c) => {
    const none = { platforms: [], delayed: [], undeliverable: [] };
    return c.json(deps.redactor.json((await deps.chatBacklog?.()) ?? none));
  });
  addRooms(api, deps, hub);
  api.all('/*', (c) => c.json({ text: 'There is no such address.' }, 404));
  api.onError((error, c) => {
    deps.log.error({ err: error, path: c.req.path }, 'A request to the API broke.');
    return c.json({ text: 'Something broke in the server. Its log has more.' }, 500);
  });
  return api;
}

async function runCommand(c: WebContext, deps: WebDeps) {
  const body = await readBody(c, commandBody);
  if (!body.ok) return refuseRequest(c, deps.redactor, body.refusal, 400);
  const speaker = speakerOf(c.get('caller'), body.value, deps.access?.().people ?? []);
  if (!speaker.ok) return refuseRequest(c, deps.redactor, speaker.refusal, statusOf(speaker.refusal));
  const answer = await answerTo(deps, body.value, speaker.value);
  return c.json(deps.redactor.json(showAnswer(answer)));
}

async function answerTo(
  deps: WebDeps,
  { line, intent, key = randomUUID() }: z.output<typeof commandBody>,
  speaker: Speaker,
): Promise<Answer> {
  const { actor, byKey } = speaker;
  // A key is its sender's own: two people may use the same, and so may two programs for one person.
  const sender = byKey === undefined ? '' : `api:${byKey.name}/`;
  const context = { ...speaker, key: `${sender}${accountName(actor)}:${key}` };
  return intent === undefined ? deps.runLine(line ?? '', context) : deps.runIntent(intent, context);
}
