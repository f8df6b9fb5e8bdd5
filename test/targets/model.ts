import type { Activation } from '../../src/core/target.js';
import { releaseOf } from './fixture.js';

/** The number that the files of a pack tell which somebody put there by hand. */
export const byHand = 99;

/** What a pack's place and its releases should be; releases are called by their deployment's number. */
export interface Model {
  /** `byHand` when it is foreign, undefined when nothing is there. */
  live: number | undefined;
  previous: number | undefined;
  staged: Set<number>;
  /** The releases that took the place of something foreign, which is kept. */
  kept: Set<number>;
}

/** An activation in numbers. */
export interface ModelActivation {
  readonly deployment: number;
  readonly expected: number | undefined;
  readonly adopt: boolean;
}

/** A model of a pack that is not there. */
export function emptyModel(): Model {
  return { live: undefined, previous: undefined, staged: new Set(), kept: new Set() };
}

/** The call that an activation in numbers stands for. */
export function activationOf({ deployment, expected, adopt }: ModelActivation): Activation {
  return { release: releaseOf('beans', deployment), expected: idOf(expected), adopt };
}

/** The id of a deployment's release. */
export function idOf(deployment: number | undefined): string | undefined {
  return deployment === undefined ? undefined : releaseOf('beans', deployment).id;
}

/** What is live of ours. */
export function managed(model: Model): number | undefined {
  return model.live === byHand ? undefined : model.live;
}

/** Activates in the model; tells the outcome. */
export function activateInModel(model: Model, asked: ModelActivation): string {
  const { deployment, expected, adopt } = asked;
  if (model.live === deployment) return 'ok';
  if (expected !== managed(model)) return 'live-changed';
  if (model.live === byHand && !adopt) return 'live-not-ours';
  if (!model.staged.has(deployment)) return 'release-gone';
  if (model.live === byHand && model.kept.has(deployment)) return 'kept-in-the-way';
  if (model.live === byHand) model.kept.add(deployment);
  else if (model.live !== undefined) model.previous = model.live;
  model.live = deployment;
  return 'ok';
}

/** Restores in the model; tells the outcome. */
export function restoreInModel(model: Model, deployment: number, previous: number | undefined): string {
  if (model.live !== undefined && model.live !== deployment) return notUndone(model, deployment, previous);
  if (previous === undefined) {
    model.live = model.kept.delete(deployment) ? byHand : undefined;
    return 'ok';
  }
  if (!model.staged.has(previous)) return 'release-gone';
  model.live = previous;
  return 'ok';
}

function notUndone(model: Model, deployment: number, previous: number | undefined): string {
  if (model.live !== byHand) return model.live === previous ? 'ok' : 'live-changed';
  return previous === undefined && !model.kept.has(deployment) ? 'ok' : 'live-changed';
}

/** Prunes in the model. */
export function pruneInModel(model: Model, keep: number): void {
  const newest = [...model.staged].sort((a, b) => b - a).slice(0, keep);
  const stays = new Set([...newest, model.live, model.previous]);
  model.staged = new Set([...model.staged].filter((deployment) => stays.has(deployment)));
}
