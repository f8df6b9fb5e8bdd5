import type { Actor, ChannelAddress, Origin } from '../core/actor.js';
import type { Adoptable } from '../core/adoptable.js';
import type { AnnouncementView, PreviewQuestion } from '../core/announcement.js';
import type { Borrow, BorrowView } from '../core/borrow.js';
import type { Deployment } from '../core/deployment.js';
import type { DriftView } from '../core/drift.js';
import type { RecordedEvent } from '../core/event.js';
import type { DeployIntent, Needed, Request } from '../core/intent.js';
import type { LinkOutcome, WhoView } from '../core/linking.js';
import type { Lock } from '../core/lock.js';
import type { LiveRevision, PackPlan, Plan } from '../core/plan.js';
import type { Push, WatchProblem } from '../core/push.js';
import type { Refusal } from '../core/reason.js';
import type { Revision } from '../core/repository.js';
import type { Result } from '../core/result.js';
import type { PackVerdict } from './checks/judge.js';

/** A deployment with what a reply or a page needs to show it. */
export interface DeploymentView {
  readonly deployment: Deployment;
  /** Open deployments that are before it in the queue, nearest first; empty once its turn came. */
  readonly ahead: readonly number[];
  /** Borrows and locks of others that hold it up. */
  readonly heldBy: readonly Obstacle[];
  /** Set while its requester is asked for the phrase. */
  readonly call?: Call;
  /** Set while it waits for checks. */
  readonly checks?: ChecksView;
  /** Set while it waits for others of its push: what it needs, and which deployment brings that. */
  readonly needs?: readonly Needed[];
  /** About when its turn comes, where there is telling. */
  readonly expectedAt?: Date;
  /** Its turn passed once without a word, so it waits at the tail. */
  readonly hasMissed?: boolean;
  /** Borrows in force that it made or renewed. */
  readonly borrowed?: readonly Borrow[];
  /** The push that asked for it. */
  readonly push?: Push;
}

/** Checks that a deployment waits for, as they stand now. */
export interface ChecksView {
  readonly since: Date;
  /** Whether they take longer than they should. */
  readonly isLate: boolean;
  /** What is known of each pack that it is about. */
  readonly packs: readonly PackVerdict[];
  /** Why the host could not be asked the last time. */
  readonly trouble?: Refusal;
}

/** Something of somebody else that a deployment waits for. */
export type Obstacle =
  | { readonly kind: 'borrow'; readonly borrow: BorrowView }
  | { readonly kind: 'lock'; readonly lock: Lock; readonly pack: string };

/** A turn that waits for its requester's word. */
export interface Call {
  /** The deployment, and who must say the phrase, and where. */
  readonly deployment: number;
  readonly requester: Actor;
  readonly origin?: Origin;
  readonly phrase: string;
  /** Until when. */
  readonly until: Date;
  /** The revision that was planned when the request was made, where the ref has moved since. */
  readonly movedFrom?: Revision;
}

/** All that there is to say of one pack on one target. */
export interface PackView {
  readonly target: string;
  readonly pack: string;
  readonly live?: LiveView;
  readonly borrow?: BorrowView;
  readonly locks: readonly Lock[];
  /** Why what is pushed for it can't be seen, since when. */
  readonly unseen?: WatchProblem;
  /** Open deployments that claim it, in the queue's order. */
  readonly queue: readonly DeploymentView[];
}

/** Why a pack is as it is: from what was asked to what is live, and the one thing that blocks. */
export interface WhyView {
  readonly view: PackView;
  /** The newest commit of the default branch, as of now, where it can be had. */
  readonly newest?: Revision;
  /** The newest push to that branch that was seen. */
  readonly push?: Push;
  /** The newest deployments of the pack, newest first. */
  readonly history: readonly Deployment[];
  /** What blocks, who owns it, and the command that clears it; absent when nothing does. */
  readonly block?: { readonly what: string; readonly owner: string; readonly command: string };
}

/** What is live of one pack. */
export interface LiveView {
  readonly target: string;
  readonly pack: string;
  readonly live: LiveRevision;
  readonly deployment: number;
  readonly since: Date;
  readonly by: string;
  /** The push that brought it. */
  readonly push?: Push;
  /** In what it was changed on the target itself, as of the last look. */
  readonly drift?: DriftView;
}

/** How long a pack's deployments were live and what ended that, and through whose hands it went; newest first. */
export interface PackLife {
  readonly spans: readonly LiveSpan[];
  readonly handovers: readonly Handover[];
}

/** A time during which what a deployment had made live stayed so. */
export interface LiveSpan {
  readonly deployment: number;
  readonly since: Date;
  /** Absent while it is live; with what ended it. */
  readonly until?: Date;
  readonly endedBy?: Deployment;
}

/** A borrowed pack that was given, or taken from its holder. */
export interface Handover {
  readonly kind: 'give' | 'steal';
  readonly at: Date;
  readonly by: Actor;
  /** To whom it was given, as it was written. */
  readonly to?: string;
}

/** What deploying a ref would do; nothing is changed by asking. */
export interface DiffView {
  readonly plan: Plan;
  /** The packs that the plan would change, each with what is different. */
  readonly packs: readonly PackPlan[];
}

/** Which deployments are meant; newest first. */
export interface DeploymentFilter {
  readonly pack?: string;
  readonly repository?: string;
  /** The name of a person, or as it was shown, or an account as `platform:id`; all of the person's accounts count. */
  readonly requester?: string;
  readonly open?: boolean;
  /** Only those with a lower number. */
  readonly before?: number;
  /** 20 unless given. */
  readonly limit?: number;
}

/** A stretch of what happened to all deployments. */
export interface Feed {
  readonly events: readonly FedEvent[];
  /** The id after which it goes on. */
  readonly next: number;
  /** Whether the next one may have happened already and can only not be seen yet. */
  readonly isCutShort: boolean;
}

/** An event with the deployment that it happened to, as that is by now. */
export interface FedEvent extends RecordedEvent {
  readonly of: Deployment;
}

/** What came of a request: the deployment that it became, or what it acted upon. */
export interface Accepted {
  /** 0 when the request was not about a deployment. */
  readonly deployment: number;
  /** The borrow as it is now, when the request changed one. */
  readonly borrow?: Borrow;
  /** The lock that was made or ended. */
  readonly lock?: Lock;
  /** The news as they go out now, when the request changed some. */
  readonly announcement?: AnnouncementView;
  /** What came of joining accounts, or of taking them apart. */
  readonly link?: LinkOutcome;
  /** False when the same request had been made before. */
  readonly isNew: boolean;
}

/** The one door to everything about deployments, for chat, web, CLI and timers alike. */
export interface Deployments {
  /** Authorizes an intent and carries it out or queues it. Everything that changes something comes through here. */
  request(request: Request): Promise<Result<Accepted>>;
  /** What deploying would do. */
  diff(intent: DeployIntent): Promise<Result<DiffView>>;
  get(id: number): Promise<DeploymentView | undefined>;
  list(filter: DeploymentFilter): Promise<readonly Deployment[]>;
  /** How long what a pack's newest deployments made live stayed so, and through whose hands it went. */
  life(pack: string): Promise<PackLife>;
  /** Open deployments in the order in which they will run. */
  queue(pack?: string): Promise<readonly DeploymentView[]>;
  /** What is live, by target and pack. */
  live(pack?: string): Promise<readonly LiveView[]>;
  /** All packs that are live, borrowed, locked or claimed, by target and pack; or one of them. */
  packs(pack?: string): Promise<readonly PackView[]>;
  /** Why a pack is as it is; refused when there is none of that name. */
  why(pack: string): Promise<Result<WhyView>>;
  /** The turns in a channel that wait for their requester's word; everywhere unless given. */
  calls(channel?: ChannelAddress): Promise<readonly Call[]>;
  /** The packs on the targets that Packtrain did not put there. Reads all their files. */
  adoptable(): Promise<Result<readonly Adoptable[]>>;
  /** Who somebody is, with all their accounts. */
  whoIs(actor: Actor): Promise<WhoView>;
  /** All locks, and all borrows, that are in force. */
  locks(): Promise<readonly Lock[]>;
  borrows(): Promise<readonly BorrowView[]>;
  /** The news of a pack that wait to go out, else those that its newest revision would bring. */
  news(question: PreviewQuestion): Promise<Result<AnnouncementView>>;
  /** The announcement whose draft began a thread; undefined when it is none, or has gone out. */
  draftAt(thread: ChannelAddress & { readonly thread: string }): Promise<number | undefined>;
  /** A deployment's events after the one with the given id, oldest first. */
  events(deployment: number, after?: number): Promise<readonly RecordedEvent[]>;
  /** What happened to all deployments after the event with the given id, oldest first and each once. */
  feed(after: number): Promise<Feed>;
  /** The id of the newest event; 0 when there is none. */
  newestEvent(): Promise<number>;
  /** Calls back with the number of each deployment to which something happened; returns how to stop. */
  onChange(listener: (deployment: number) => void): () => void;
}
