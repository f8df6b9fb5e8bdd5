import type { Actor } from '../core/actor.js';
import { sameActor } from '../core/actor.js';
import { isEnd } from '../core/deployment.js';
import type { RecordedEvent } from '../core/event.js';
import type { RoomMessage, Rooms, Whisper } from '../core/room.js';
import type { Deployments, FedEvent } from '../deployments/service.js';
import { createBell, heartbeatMs } from './sse.js';

/** What somebody in a room gets to see. */
export type RoomUpdate =
  | { readonly kind: 'message'; readonly message: RoomMessage; readonly isNew: boolean }
  | { readonly kind: 'whisper'; readonly whisper: Whisper }
  | { readonly kind: 'alive' };

/** Whom a room is followed for, and from where. */
export interface RoomFollower {
  readonly room: string;
  readonly viewer: Actor;
  /** The `seq` up to which everything was seen. */
  readonly after: number;
  readonly signal: AbortSignal;
}

const batchSize = 100;
const mostWhispers = 50;

/** Everything posted and edited in a room after a `seq`, in order and each once, as long as the signal is quiet. */
export async function* followRoom(rooms: Rooms, follower: RoomFollower): AsyncGenerator<RoomUpdate> {
  const { room, viewer, signal } = follower;
  const bell = createBell(signal);
  const whispers: Whisper[] = [...rooms.whispers(room, viewer)];
  const stop = rooms.listen(room, {
    onChange: bell.ring,
    onWhisper(whisper) {
      if (!sameActor(whisper.to, viewer) || whispers.length >= mostWhispers) return;
      whispers.push(whisper);
      bell.ring();
    },
  });
  const sent = new Set<number>();
  let seq = follower.after;

  function isNew(message: RoomMessage): boolean {
    return message.firstSeq > follower.after && !sent.has(message.id);
  }

  try {
    while (!signal.aborted) {
      const messages = await rooms.since(room, seq, batchSize);
      for (const message of messages) {
        yield { kind: 'message', message, isNew: isNew(message) };
        sent.add(message.id);
        seq = message.seq;
      }
      for (const whisper of whispers.splice(0)) yield { kind: 'whisper', whisper };
      if (messages.length === batchSize) continue;
      if (!(await bell.wait(heartbeatMs)) && !signal.aborted) yield { kind: 'alive' };
    }
  } finally {
    stop();
  }
}

/** In place of a deployment's number: a borrow or a lock changed. */
const somethingAboutPacks = 0;

/** Which deployment is followed, and from where. */
export interface DeploymentFollower {
  readonly deployment: number;
  /** The event up to which everything was seen. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** Whether it had ended, where that was asked already. */
  readonly hasEnded?: boolean;
}

/**
 * A deployment's events in batches until it has ended or the signal comes. An empty batch is a sign of life, or of a
 * change that no event tells.
 */
export async function* followDeployment(
  deployments: Deployments,
  { deployment, after, signal, ...known }: DeploymentFollower,
): AsyncGenerator<readonly RecordedEvent[]> {
  const bell = createBell(signal);
  const stop = deployments.onChange((id) => {
    if (id === deployment || id === somethingAboutPacks) bell.ring();
  });
  try {
    // Asked before the events are read, and once: an end after this comes as an event.
    const hasEnded = known.hasEnded ?? (await isOver(deployments, deployment));
    for (let last = after, round = 0; !signal.aborted; round++) {
      const events = await deployments.events(deployment, last);
      if (events.length > 0 || round > 0) yield events;
      last = events.at(-1)?.id ?? last;
      if (hasEnded || events.some(({ event }) => event.kind === 'ended')) return;
      await bell.wait(heartbeatMs);
    }
  } finally {
    stop();
  }
}

/** From where all deployments are followed. */
export interface FeedFollower {
  /** The event up to which everything was seen. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/** After how many milliseconds it is looked again for what may have happened and can't be seen yet. */
const lookAgainMs = 200;

/** What happens to all deployments, in order and each event once. An empty batch is a sign of life. */
export async function* followAll(
  deployments: Pick<Deployments, 'feed' | 'onChange'>,
  { after, signal }: FeedFollower,
): AsyncGenerator<readonly FedEvent[]> {
  const bell = createBell(signal);
  const stop = deployments.onChange(bell.ring);
  try {
    for (let last = after; !signal.aborted; ) {
      const { events, next, isCutShort } = await deployments.feed(last);
      if (next > last) yield events;
      else if (!(await bell.wait(isCutShort ? lookAgainMs : heartbeatMs)) && !signal.aborted) yield [];
      last = next;
    }
  } finally {
    stop();
  }
}

const calmMs = 200;

/** Yields at the beginning, after changes of anything (several in quick succession are one), and as a sign of life. */
export async function* followChanges(
  deployments: Pick<Deployments, 'onChange'>,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const bell = createBell(signal);
  const stop = deployments.onChange(bell.ring);
  const pause = createBell(signal);
  try {
    while (!signal.aborted) {
      yield;
      await pause.wait(calmMs);
      await bell.wait(heartbeatMs);
    }
  } finally {
    stop();
  }
}

async function isOver(deployments: Deployments, id: number): Promise<boolean> {
  const view = await deployments.get(id);
  return view === undefined || isEnd(view.deployment.status);
}
