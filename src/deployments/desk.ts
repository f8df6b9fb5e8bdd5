import type { ChannelAddress } from '../core/actor.js';
import type { AnnouncementView, PreviewQuestion } from '../core/announcement.js';
import type { Request, RewordIntent, SkipIntent } from '../core/intent.js';
import type { Result } from '../core/result.js';
import type { Accepted } from './service.js';

/** Where news for the people who use the packs are written; the door and the commands know no more of it. */
export interface Desk {
  /** The news of a pack that wait to go out, else those that its newest revision would bring. */
  preview(question: PreviewQuestion): Promise<Result<AnnouncementView>>;
  reword(request: Request<RewordIntent>): Promise<Result<Accepted>>;
  skip(request: Request<SkipIntent>): Promise<Result<Accepted>>;
  /** The announcement whose draft began a thread; undefined when it is none, or has gone out. */
  draftAt(thread: ChannelAddress & { readonly thread: string }): Promise<number | undefined>;
}
