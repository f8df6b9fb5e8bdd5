import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import type { AnnouncementState, PackNews } from '../core/announcement.js';

type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;

/** Table `announcements`: news that are drafted, due, sent or skipped. */
export interface AnnouncementsTable {
  id: GeneratedAlways<number>;
  repository: string;
  /** As the config names it. */
  channel: string;
  state: Generated<AnnouncementState>;
  news: Json<readonly PackNews[]>;
  /** What a person wrote in place of the whole. */
  words: Generated<string | null>;
  reworded_by: NullableJson<Actor>;
  requesters: Json<readonly Actor[]>;
  /** The names of the commits' authors. */
  authors: Json<readonly string[]>;
  /** Where the deployment was asked for: there the draft is shown, if nowhere else. */
  origin: NullableJson<Origin>;
  made_at: Date;
  due_at: Date;
  /** When its text was fixed. */
  fixed_at: Generated<Date | null>;
  /** The announcement whose message it goes out with; that one has the text. */
  batch: Generated<number | null>;
  text: Generated<string | null>;
  sent_at: Generated<Date | null>;
  draft_platform: Generated<string | null>;
  draft_channel: Generated<string | null>;
  draft_message_id: Generated<string | null>;
  draft_shown: Generated<string | null>;
  draft_is_final: Generated<boolean>;
}

/** Table `announced_packs`: the revisions of packs that were told of, or are about to be. */
export interface AnnouncedPacksTable {
  repository: string;
  pack: string;
  sha: string;
  announcement: number;
  deployment: number;
}

/** The tables of announcements. */
export interface AnnouncementDatabase {
  announcements: AnnouncementsTable;
  announced_packs: AnnouncedPacksTable;
}
