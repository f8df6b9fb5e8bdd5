import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import type { CheckState } from '../core/check.js';
import type { DeploymentStatus, PackStatus, StepName, WaitingFor } from '../core/deployment.js';
import type { DeploymentEvent } from '../core/event.js';
import type { DeployingIntent, Intent, Via } from '../core/intent.js';
import type { LockScope } from '../core/lock.js';
import type { Notice } from '../core/notice.js';
import type { LiveRevision, Plan } from '../core/plan.js';
import type { Wait } from '../core/queue.js';
import type { Refusal } from '../core/reason.js';
import type { Revision } from '../core/repository.js';
import type { AnnouncementDatabase } from './announcement-tables.js';
import type { ChatDatabase } from './chat-tables.js';
import type { DriftDatabase } from './drift-tables.js';
import type { HookDatabase } from './hook-tables.js';
import type { LinkDatabase } from './link-tables.js';
import type { PushDatabase } from './push-tables.js';
import type { WebDatabase } from './web-tables.js';

/** A bigint that the driver hands over as a number: ids stay far below 2^53. */
type Id = ColumnType<number, number, number>;

/** Read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

/** Table `deployments`. */
export interface DeploymentsTable {
  id: GeneratedAlways<number>;
  request_key: string;
  intent: Json<DeployingIntent>;
  requester: Json<Actor>;
  via: Via;
  origin: NullableJson<Origin>;
  repository: string;
  target: string | null;
  status: DeploymentStatus;
  waiting_for: WaitingFor | null;
  plan: NullableJson<Plan>;
  refusal: NullableJson<Refusal>;
  cancel_requested_by: NullableJson<Actor>;
  superseded_by: Generated<number | null>;
  requested_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  /** When it was looked at for news for the people who use the packs. */
  news_at: Generated<Date | null>;
}

/** Table `deployment_packs`: one pack's part in a deployment. */
export interface DeploymentPacksTable {
  deployment: Id;
  pack: string;
  ordinal: number;
  status: PackStatus;
  step: StepName | null;
  refusal: NullableJson<Refusal>;
}

/** Table `queue_entries`: the packs that an open deployment claims, in the queue's order. */
export interface QueueEntriesTable {
  deployment: Id;
  target: string;
  packs: string[];
  place: Generated<number>;
  granted_at: Date | null;
  /** Set while its requester is asked for it. */
  phrase: Generated<string | null>;
  called_at: Generated<Date | null>;
  confirm_by: Generated<Date | null>;
  confirmed_at: Generated<Date | null>;
  /** How often the phrase did not come in time. */
  misses: Generated<number>;
  /** The revision of the first plan, where the ref has moved since. */
  moved_from: ColumnType<Revision | null, string | null | undefined, string | null>;
  /** What it waits for, as its requester was told. */
  waits_for: ColumnType<Wait[] | null, string | null | undefined, string | null>;
}

/** Table `borrows`: packs with a non-default branch live; open ones are in force. */
export interface BorrowsTable {
  id: GeneratedAlways<number>;
  target: string;
  pack: string;
  repository: string;
  ref: string;
  holder: Json<Actor>;
  origin: NullableJson<Origin>;
  deployment: Id;
  since: Date;
  until: Date;
  overnight: Generated<boolean>;
  displaced: NullableJson<LiveRevision>;
  /** The end of which the holder was warned. */
  warned_until: Date | null;
  attempts: Generated<number>;
  next_try_at: Date | null;
  ended_at: Date | null;
}

/** Table `locks`: holds of people; open ones are in force. */
export interface LocksTable {
  id: GeneratedAlways<number>;
  kind: LockScope['kind'];
  /** The pack, the repository, or `*`. */
  name: string;
  by_actor: Json<Actor>;
  because: string;
  origin: NullableJson<Origin>;
  since: Date;
  until: Date | null;
  ended_at: Date | null;
}

/** Table `acts`: what came of requests that are no deployments. */
export interface ActsTable {
  request_key: string;
  accepted: Json<object>;
  at: Date;
}

/** Table `notices`: what is to be told, and whether it was. */
export interface NoticesTable {
  id: GeneratedAlways<number>;
  key: string;
  platform: string;
  channel: string;
  thread: string | null;
  notice: Json<Notice>;
  at: Date;
  posted_at: Date | null;
  /** When there was nothing more to be done about it by a button. */
  settled_at: Generated<Date | null>;
}

/** Table `check_facts`: what CI says of a commit under a name, the newest of it. */
export interface CheckFactsTable {
  repository: string;
  sha: string;
  name: string;
  run: ColumnType<number | null, number | null, number | null>;
  state: CheckState;
  url: string | null;
  at: Date;
}

/** Table `check_waits`: deployments that wait for checks of a commit, or have waited. */
export interface CheckWaitsTable {
  deployment: Id;
  repository: string;
  sha: string;
  packs: string[];
  since: Date;
  /** When it is told that they take too long. */
  late_at: Date | null;
  told_late: Generated<boolean>;
  ended_at: Date | null;
}

/** Table `check_asks`: when a host is asked next about a commit, and what came of it last. */
export interface CheckAsksTable {
  repository: string;
  sha: string;
  tries: Generated<number>;
  next_at: Date;
  asked_at: Date | null;
  refusal: NullableJson<Refusal>;
}

/** Table `commit_statuses`: what a host was told of a deployment. */
export interface CommitStatusesTable {
  deployment: Id;
  said: string | null;
  /** The host's own name for its record of the deployment. */
  record: string | null;
  is_final: Generated<boolean>;
  tries: Generated<number>;
  next_try_at: Date | null;
}

/** Table `leases`: the packs that running deployments hold. */
export interface LeasesTable {
  target: string;
  pack: string;
  deployment: Id;
}

/** Table `activations`: every revision that went live, and until when; open ones are live. */
export interface ActivationsTable {
  id: GeneratedAlways<number>;
  target: string;
  pack: string;
  deployment: Id;
  repository: string;
  ref: string;
  sha: string;
  tree: string;
  release: string;
  activated_at: Date;
  ended_at: Date | null;
  ended_by: number | null;
  rolled_back: Generated<boolean>;
}

/** Table `events`: append-only. */
export interface EventsTable {
  id: GeneratedAlways<number>;
  deployment: Id;
  key: string;
  at: Date;
  event: Json<DeploymentEvent>;
}

/** Table `replies`: the one message in a channel that shows a deployment. */
export interface RepliesTable {
  deployment: Id;
  platform: string;
  channel: string;
  thread: string | null;
  message_id: string | null;
  /** The text last shown, so that an edit that changes nothing is not sent. */
  shown: string | null;
  is_final: Generated<boolean>;
}

/** Table `audit`: every intent that came to the door, also the refused ones; append-only. */
export interface AuditTable {
  id: GeneratedAlways<number>;
  at: Date;
  actor: Json<Actor>;
  /** With the name of the key behind `api:`, where there was one. */
  via: Via | `api:${string}`;
  origin: NullableJson<Origin>;
  intent: Json<Intent>;
  refusal: NullableJson<Refusal>;
  /** Whose account it was, by the config or joined, where that says more than the account. */
  person: Generated<string | null>;
}

/** Table `servers`: a heartbeat per Packtrain server on this database. */
export interface ServersTable {
  id: string;
  host: string;
  pid: number;
  started_at: Date;
  seen_at: Date;
}

/** Packtrain's own tables. */
export interface Database
  extends WebDatabase,
    PushDatabase,
    HookDatabase,
    AnnouncementDatabase,
    ChatDatabase,
    DriftDatabase,
    LinkDatabase {
  deployments: DeploymentsTable;
  deployment_packs: DeploymentPacksTable;
  queue_entries: QueueEntriesTable;
  leases: LeasesTable;
  check_facts: CheckFactsTable;
  check_waits: CheckWaitsTable;
  check_asks: CheckAsksTable;
  commit_statuses: CommitStatusesTable;
  activations: ActivationsTable;
  events: EventsTable;
  replies: RepliesTable;
  borrows: BorrowsTable;
  locks: LocksTable;
  notices: NoticesTable;
  acts: ActsTable;
  audit: AuditTable;
  servers: ServersTable;
}
