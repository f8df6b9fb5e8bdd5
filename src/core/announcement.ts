import type { Actor } from './actor.js';

/** Where news of a pack were taken from; `reworded`: from a person, before they went out. */
export type NewsSource = 'notes' | 'changelog' | 'content' | 'commits' | 'reworded';

/** What the people who use one pack can say or do now that they couldn't before. Plain JSON. */
export interface PackNews {
  readonly pack: string;
  readonly change: 'new' | 'changed' | 'removed';
  /** Its version now, or that it had when it was removed; empty when it has none. */
  readonly version: string;
  /** What pack.yaml says of the pack. */
  readonly description: string;
  readonly source: NewsSource;
  /** One thing each, in chat Markdown; bounded in number and length. */
  readonly points: readonly string[];
}

/** draft: it may be reworded. due: its text is fixed and it is being posted. */
export type AnnouncementState = 'draft' | 'due' | 'sent' | 'skipped';

/** News of the packs of one push, or of one deployment by hand. */
export interface Announcement {
  readonly id: number;
  readonly repository: string;
  /** The channel as the config names it. */
  readonly channel: string;
  readonly state: AnnouncementState;
  readonly news: readonly PackNews[];
  /** What a person wrote in place of the whole. */
  readonly words?: string;
  readonly rewordedBy?: Actor;
  /** Those who asked for the deployments, Packtrain itself left out. */
  readonly requesters: readonly Actor[];
  /** The names of the commits' authors, as Git has them. */
  readonly authors: readonly string[];
  readonly madeAt: Date;
  /** When it may go out at the earliest. */
  readonly dueAt: Date;
}

/** An announcement as it would go out. */
export interface AnnouncementView {
  /** Absent for what is not live yet. */
  readonly id?: number;
  readonly repository: string;
  readonly packs: readonly string[];
  /** Chat Markdown; empty when there is nothing to tell. */
  readonly text: string;
  /** The channel as the config names it; absent when the repository has none. */
  readonly channel?: string;
  /** When it goes out; absent for what is not live yet. */
  readonly goesOutAt?: Date;
  readonly rewordedBy?: Actor;
}

/** Of which news a preview is wanted. */
export interface PreviewQuestion {
  readonly pack: string;
  /** Needed where the pack is not live. */
  readonly repository?: string;
  /** What would be told of this branch, tag or SHA; of what waits to go out, else of the default branch, unless given. */
  readonly ref?: string;
}
