import type { Kysely } from 'kysely';
import type { Button, ChatAdapter, OutgoingMessage, Progress } from '../core/chat.js';
import type { Deployment } from '../core/deployment.js';
import type { Log } from '../core/log.js';
import type { Redactor } from '../core/redact.js';
import type { Changes } from '../deployments/changes.js';
import { type Runner, startRunner } from '../deployments/runner.js';
import type { Deployments, DeploymentView } from '../deployments/service.js';
import { openReplies, type Reply, saveReply, withReply } from '../store/replies.js';
import type { Database } from '../store/tables.js';
import { Silent } from './silent.js';

/** What a deployment's reply shows at one moment. */
export interface Shown {
  readonly text: string;
  readonly progress?: Progress;
  /** What can be done about it now. */
  readonly buttons?: readonly Button[];
  /** Whether nothing will change any more. */
  readonly isFinal: boolean;
}

/** What the replies are made with. */
export interface RepliesDeps {
  readonly db: Kysely<Database>;
  readonly deployments: Deployments;
  readonly changes: Changes;
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly render: (view: DeploymentView, platform: string) => Shown;
  readonly redactor: Redactor;
  readonly log: Log;
}

/**
 * Posts one reply a deployment where it was asked for, and edits it whenever something happens. The reply is promised
 * in the database together with the deployment, so a crash at any point leaves it to be posted or completed later.
 */
export function startReplies(deps: RepliesDeps): Runner {
  const silent = new Silent();
  return startRunner({
    ...deps,
    name: 'replies',
    isConcerned: (deployment) => !silent.has(deployment),
    open: async () => (await openReplies(deps.db)).map((reply) => reply.deployment),
    work: async (deployment) => {
      if (!(await show(deps, deployment))) silent.add(deployment);
    },
  });
}

/** Shows what is to be shown. @returns whether there is anything: a reply is promised with its deployment or never. */
async function show(deps: RepliesDeps, deployment: number): Promise<boolean> {
  const replies = await openReplies(deps.db, deployment);
  for (const reply of replies) await withReply(deps.db, reply, (now) => showOne(deps, now));
  return replies.length > 0;
}

/** Shows the newest state; the reply's row is locked, so that no other server writes the same message now. */
async function showOne(deps: RepliesDeps, reply: Reply): Promise<void> {
  const adapter = deps.adapters.get(reply.origin.platform);
  const view = await deps.deployments.get(reply.deployment);
  if (adapter === undefined || view === undefined) return;
  const { isFinal, buttons = [], ...rendered } = deps.redactor.json(deps.render(view, adapter.platform));
  const canPress = adapter.capabilities.buttons === true && buttons.length > 0;
  const shown = canPress ? { ...rendered, buttons } : rendered;
  const message: OutgoingMessage = {
    key: `deployment:${reply.deployment}`,
    deployment: reply.deployment,
    ...shown,
    ...(isFinal ? {} : { isUnfinished: true, ...stageOf(view.deployment) }),
  };
  const state = JSON.stringify(shown);
  if (state !== reply.shown) {
    const messageId = await put(adapter, reply, view, message);
    await saveReply(deps.db, reply, { messageId, shown: state, isFinal });
  } else if (isFinal && reply.messageId !== undefined) {
    await saveReply(deps.db, reply, { messageId: reply.messageId, shown: state, isFinal });
  }
}

/** What a chat without edits tells too. Of a turn that came its requester is told by a notice. */
function stageOf({ status, waitingFor }: Deployment): { readonly stage?: string } {
  const isTold = status === 'waiting' && waitingFor !== undefined && waitingFor !== 'confirmation';
  return isTold ? { stage: `waiting for ${waitingFor}` } : {};
}

async function put(
  adapter: ChatAdapter,
  reply: Reply,
  view: DeploymentView,
  message: OutgoingMessage,
): Promise<string> {
  const { origin, messageId } = reply;
  if (messageId === undefined) {
    const asked = view.deployment.origin;
    const to = asked?.messageId === undefined ? origin : { ...origin, messageId: asked.messageId };
    return (await adapter.post(to, message)).messageId;
  }
  await adapter.edit({ ...origin, messageId }, message);
  return messageId;
}
