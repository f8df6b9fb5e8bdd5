import type { Kysely } from 'kysely';
import type { ChannelAddress } from '../core/actor.js';
import type { ChatAdapter, OutgoingMessage } from '../core/chat.js';
import { type Adapters, findChannel } from '../core/find-channel.js';
import type { Log } from '../core/log.js';
import type { Redactor } from '../core/redact.js';
import type { Changes } from '../deployments/changes.js';
import { type Runner, startRunner } from '../deployments/runner.js';
import type { Deployments } from '../deployments/service.js';
import {
  openPushMessages,
  type Posted,
  type PushMessage,
  pushMessageOf,
  withPushMessage,
} from '../store/push-messages.js';
import { findPush } from '../store/pushes.js';
import type { Database } from '../store/tables.js';
import type { PushView, RenderedPush } from './render/push.js';
import { Silent } from './silent.js';

/** What the messages about pushes are made with. */
export interface PushMessagesDeps {
  readonly db: Kysely<Database>;
  readonly deployments: Pick<Deployments, 'get'>;
  readonly changes: Changes;
  readonly adapters: Adapters;
  readonly renderPush: (view: PushView, platform: string) => RenderedPush;
  readonly redactor: Redactor;
  readonly log: Log;
}

// What is not about one deployment changes by this number.
const all = 0;

/**
 * Posts one message a push in its notify channel, and edits it whenever something happens to its deployments. It is
 * promised in the database together with the push, so a crash at any point leaves it to be posted or completed later.
 */
export function startPushMessages(deps: PushMessagesDeps): Runner {
  const silent = new Silent();
  const showPush = (push: number) => withPushMessage(deps.db, push, (now) => show(deps, now));
  return startRunner({
    ...deps,
    name: 'messages about pushes',
    isConcerned: (deployment) => !silent.has(deployment),
    open: async () => [all],
    work: async (changed) => {
      if (changed === all) {
        for (const push of await openPushMessages(deps.db)) await showPush(push);
        return;
      }
      const message = await pushMessageOf(deps.db, changed);
      if (message === undefined) silent.add(changed);
      else if (!message.isFinal) await showPush(message.push);
    },
  });
}

type Shown = Omit<PushMessage, 'push' | 'channel'> & { readonly isFinal: boolean };

async function show(deps: PushMessagesDeps, now: PushMessage): Promise<Shown> {
  const at = now.at ?? (await findChannel(deps.adapters, now.channel));
  const adapter = at && deps.adapters.get(at.platform);
  const view = await viewOf(deps, now.push);
  if (at === undefined || adapter === undefined || view === undefined) return { ...now, isFinal: false };
  const { text, isFinal, ...failing } = deps.redactor.json(deps.renderPush(view, at.platform));
  const place = { adapter, at };
  const isWaiting = view.deployments.some(({ deployment }) => deployment.status === 'waiting');
  const stage = isWaiting ? { stage: 'waiting' } : {};
  const unfinished = isFinal ? {} : { isUnfinished: true, ...stage };
  const message = await put(place, now.message, { key: `push:${now.push}`, text, ...unfinished });
  const failure = await putFailure(place, now, failing);
  return { at, isFinal, message, ...(failure === undefined ? {} : { failure }) };
}

/** Failures are told in a message of their own, so that they are seen; a new one after they were mended too. */
async function putFailure(
  place: Place,
  now: PushMessage,
  { failure, mended }: Pick<RenderedPush, 'failure' | 'mended'>,
): Promise<Posted | undefined> {
  const key = `push:${now.push}:failure`;
  if (failure !== undefined)
    // It may be mended yet, which has to be said where nothing can be edited, too.
    return await put(place, now.failure, {
      key: `${key}:${failure.of}`,
      text: failure.text,
      isUnfinished: true,
    });
  if (now.failure !== undefined) await put(place, now.failure, { key, text: mended });
  return undefined;
}

async function viewOf({ db, deployments }: PushMessagesDeps, id: number): Promise<PushView | undefined> {
  const push = await findPush(db, id);
  if (push === undefined) return undefined;
  const views = await Promise.all(push.deployments.map((deployment) => deployments.get(deployment)));
  return { push, deployments: views.filter((view) => view !== undefined) };
}

interface Place {
  readonly adapter: ChatAdapter;
  readonly at: ChannelAddress;
}

async function put(
  { adapter, at }: Place,
  posted: Posted | undefined,
  message: OutgoingMessage,
): Promise<Posted> {
  const shown = message.text;
  if (posted === undefined) return { id: (await adapter.post(at, message)).messageId, shown };
  if (posted.shown !== shown) await adapter.edit({ ...at, messageId: posted.id }, message);
  return { id: posted.id, shown };
}
