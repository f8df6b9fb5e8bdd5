import { draftButtons } from '../chat/buttons/buttons.js';
import type { ChannelAddress } from '../core/actor.js';
import type { ChatAdapter } from '../core/chat.js';
import { type Adapters, findChannel } from '../core/find-channel.js';
import { inLanes } from '../core/lanes.js';
import { cut } from '../packs/news/text.js';
import { type KeptAnnouncement, markSent, openAnnouncements, saveDraft } from '../store/announcements.js';
import type { NewsDeps } from './deps.js';
import { draftText } from './draft-text.js';
import { textOf, timeOf } from './due.js';

const tryAgainMs = 30_000;

/** What posting announcements takes. */
export interface PostDeps extends NewsDeps {
  readonly adapters: Adapters;
  /** Until when those that could not be posted are left alone, in milliseconds since 1970. */
  readonly patience: Map<number, number>;
}

/** Posts what is due, and keeps the messages that show drafts true. Its key makes a platform take a message once. */
export async function postNews(deps: PostDeps): Promise<void> {
  const open = await openAnnouncements(deps.db);
  const due = open.filter(({ state, batch, id }) => state === 'due' && batch === id);
  const drafts = open.filter(({ draft }) => !draft.isFinal);
  // A channel that hangs is waited for once, beside the others.
  await inLanes(due, channelOf, (one) => post(deps, one));
  await inLanes(drafts, channelOf, (one) => showDraft(deps, one));
}

const channelOf = ({ channel }: KeptAnnouncement) => channel;

async function post(deps: PostDeps, { id, channel, text }: KeptAnnouncement): Promise<boolean> {
  return await guarded(deps, id, async () => {
    const place = await placeOf(deps, channel);
    if (place === undefined) throw new Error(`no chat has the channel ${channel}`);
    const shown = cut(deps.redactor.text(text ?? ''), place.adapter.capabilities.maxLength);
    await place.adapter.post(place.address, { key: `announcement:${id}`, text: shown });
    await markSent(deps.db, id, deps.clock.now());
  });
}

async function showDraft(deps: PostDeps, one: KeptAnnouncement): Promise<boolean> {
  return await guarded(deps, one.id, async () => {
    const isFinal = one.state === 'sent' || one.state === 'skipped';
    const place = await draftPlace(deps, one);
    // Where nobody can be shown it, it goes out as it is.
    if (place === undefined)
      return await saveDraft(deps.db, one.id, { message: undefined, shown: '', isFinal: true });
    const now = deps.clock.now();
    const { timeZone, chat } = deps.config();
    const context = {
      now,
      goesOutAt: await timeOf(deps, one),
      text: textOf(deps, one),
      timeZone,
      prefix: chat.prefix,
    };
    const shown = cut(deps.redactor.text(draftText(one, context)), place.adapter.capabilities.maxLength);
    const message = shown === one.draft.shown ? undefined : await put(place, one, shown);
    if (message !== undefined || isFinal) await saveDraft(deps.db, one.id, { message, shown, isFinal });
  });
}

interface Place {
  readonly adapter: ChatAdapter;
  readonly address: ChannelAddress;
}

async function put({ adapter, address }: Place, { id, draft, state, news }: KeptAnnouncement, text: string) {
  const buttons = state === 'draft' ? { buttons: draftButtons(news.map(({ pack }) => pack)) } : {};
  const message = { key: `announcement-draft:${id}`, text, ...buttons };
  if (draft.message === undefined) return await adapter.post(address, message);
  if (adapter.capabilities.edit) await adapter.edit(draft.message, message);
  return draft.message;
}

/** Where authors see a draft: where deployments are told of, else where this one was asked for. */
async function draftPlace(
  deps: PostDeps,
  { repository, origin, draft }: KeptAnnouncement,
): Promise<Place | undefined> {
  if (draft.message !== undefined) {
    const adapter = deps.adapters.get(draft.message.platform);
    return adapter && { adapter, address: draft.message };
  }
  const notify = deps.config().repositories.get(repository)?.autoDeployment?.notifyChannel;
  const told = notify === undefined ? undefined : await placeOf(deps, notify);
  if (told !== undefined || origin === undefined) return told;
  const adapter = deps.adapters.get(origin.platform);
  // Not in the thread of the request: what is said there is not meant for the announcement.
  return adapter && { adapter, address: { platform: origin.platform, channel: origin.channel } };
}

async function placeOf({ adapters }: PostDeps, channel: string): Promise<Place | undefined> {
  const address = await findChannel(adapters, channel);
  const adapter = address && adapters.get(address.platform);
  return adapter && address && { adapter, address };
}

/** @returns whether it did not fail now; one that failed a moment ago is passed over. */
async function guarded(deps: PostDeps, announcement: number, work: () => Promise<void>): Promise<boolean> {
  const { log, patience, clock } = deps;
  const now = clock.now().getTime();
  if ((patience.get(announcement) ?? 0) > now) return true;
  try {
    await work();
    patience.delete(announcement);
    return true;
  } catch (error) {
    patience.set(announcement, now + tryAgainMs);
    log.warn({ err: error, announcement }, 'an announcement could not be posted; it is tried again');
    return false;
  }
}
