import type { Person } from '../core/access.js';
import type { Actor, ChannelAddress } from '../core/actor.js';
import { isEnd } from '../core/deployment.js';
import type { ConfirmIntent } from '../core/intent.js';
import { builtInPhrases, normalizePhrase } from '../core/phrases.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import type { RoomPlatform } from '../core/room.js';
import type { Call, Deployments } from '../deployments/service.js';
import { hearPhrase, isSamePerson, type PhraseOutcome } from './phrase.js';

/** A line that is no command, with where it was said. */
export interface Heard {
  readonly text: string;
  readonly speaker: Actor;
  readonly people: readonly Person[];
  readonly origin: ChannelAddress;
  /** The phrases of the config; the built-in ones when there are none. */
  readonly phrases: readonly string[];
}

/**
 * What a line that is no command is to the turns that wait for a phrase where it was said.
 * @returns the intent that says yes, or the refusal that tells why it does not count; undefined when it is just talk
 */
export async function heardPhrase(
  deployments: Deployments,
  heard: Heard,
): Promise<Result<ConfirmIntent> | undefined> {
  const calls = await callsAt(deployments, heard.origin);
  const answer = calls.length === 0 ? undefined : answerTo(hearPhrase(heard, calls));
  const isTalk = answer === undefined || (!answer.ok && answer.refusal.code === 'phrase-near');
  return (isTalk ? await tooLate(deployments, heard, calls) : undefined) ?? answer;
}

/** The open calls of a channel. The web and the terminal share rooms, so a phrase counts on either. */
async function callsAt(deployments: Deployments, origin: ChannelAddress): Promise<readonly Call[]> {
  return (await Promise.all(placesOf(origin).map((place) => deployments.calls(place)))).flat();
}

const roomPlatforms: readonly RoomPlatform[] = ['web', 'terminal'];

function placesOf({ platform, channel }: ChannelAddress): readonly ChannelAddress[] {
  if (!roomPlatforms.some((one) => one === platform)) return [{ platform, channel }];
  return roomPlatforms.map((one) => ({ platform: one, channel }));
}

function answerTo(outcome: PhraseOutcome): Result<ConfirmIntent> | undefined {
  switch (outcome.kind) {
    case 'confirmed':
      return ok({ kind: 'confirm', deployment: outcome.call.deployment });
    case 'wrong-person': {
      const { deployment, requester } = outcome.call;
      const own = outcome.own?.phrase ?? null;
      return refused(refuse('phrase-of-another', { requester: requester.name, deployment, own }));
    }
    case 'near':
      return refused(refuse('phrase-near', { phrase: outcome.call.phrase }));
    case 'none':
      return undefined;
  }
}

/** How many of the newest deployments may have been asked for a phrase that is said late. */
const looked = 20;

/** A phrase whose turn is over: it came too late, or it was said before. Only lines that are a phrase are looked up. */
async function tooLate(
  deployments: Deployments,
  heard: Heard,
  calls: readonly Call[],
): Promise<Result<ConfirmIntent> | undefined> {
  const said = normalizePhrase(heard.text);
  const phrases = [...builtInPhrases, ...heard.phrases];
  if (!phrases.some((phrase) => normalizePhrase(phrase) === said)) return undefined;
  const places = placesOf(heard.origin);
  const own = (await deployments.list({ limit: looked })).filter(
    ({ requester, origin }) =>
      isSamePerson(heard.people, requester, heard.speaker) &&
      places.some((place) => place.platform === origin?.platform && place.channel === origin.channel),
  );
  for (const { id, status } of own) {
    const events = await deployments.events(id);
    const asked = events.findLastIndex(
      ({ event }) => event.kind === 'called' && normalizePhrase(event.phrase) === said,
    );
    if (asked < 0) continue;
    const isConfirmed = events.slice(asked).some(({ event }) => event.kind === 'confirmed');
    const now = calls.find((call) => call.deployment === id);
    if (now !== undefined) return refused(refuse('phrase-over', { phrase: now.phrase }));
    // The door knows whether it was by this line, before a server died.
    if (isConfirmed) return ok({ kind: 'confirm', deployment: id });
    return refused(refuse('turn-passed', { deployment: id, isOver: isEnd(status) }));
  }
  return undefined;
}
