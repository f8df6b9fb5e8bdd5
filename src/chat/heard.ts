import type { Person } from '../core/access.js';
import { type Actor, type ChannelAddress, sameActor } from '../core/actor.js';
import { isEnd } from '../core/deployment.js';
import { isSamePerson } from '../core/identity.js';
import type { ConfirmIntent } from '../core/intent.js';
import { builtInPhrases, normalizePhrase } from '../core/phrases.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import type { RoomPlatform } from '../core/room.js';
import type { Call, Deployments } from '../deployments/service.js';
import { hearPhrase, type PhraseOutcome } from './phrase.js';

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
  const all = await deployments.calls();
  const calls = all.filter((call) => isAt(call.origin, heard.origin));
  const others = all.filter((call) => isOtherAccount(heard, call.requester));
  const answer = answerTo(outcomeOf(heard, calls, others));
  const isTalk = answer === undefined || (!answer.ok && answer.refusal.code === 'phrase-near');
  return (isTalk ? await tooLate(deployments, heard, calls) : undefined) ?? answer;
}

/** Whether something was asked for by the speaker with another account than the one that speaks. */
function isOtherAccount({ people, speaker }: Heard, requester: Actor): boolean {
  return !sameActor(requester, speaker) && isSamePerson(people, requester, speaker);
}

/**
 * What a line is to the turns of its channel. What was asked for with another account of one's own was asked for elsewhere,
 * and its phrase counts here too.
 */
function outcomeOf(heard: Heard, calls: readonly Call[], others: readonly Call[]): PhraseOutcome {
  const elsewhere = hearPhrase(heard, others);
  return elsewhere.kind === 'confirmed' ? elsewhere : hearPhrase(heard, calls);
}

/** Whether something was asked for where a line was said. The web and the terminal share rooms. */
function isAt(asked: ChannelAddress | undefined, said: ChannelAddress): boolean {
  const places = placesOf(said);
  return places.some(({ platform, channel }) => platform === asked?.platform && channel === asked.channel);
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
  const own = (await deployments.list({ limit: looked })).filter(
    ({ requester, origin }) =>
      isSamePerson(heard.people, requester, heard.speaker) && isAt(origin, heard.origin),
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
