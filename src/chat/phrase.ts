import { distance } from 'fastest-levenshtein';
import type { Person } from '../core/access.js';
import type { Actor } from '../core/actor.js';
import { isSamePerson } from '../core/identity.js';
import { normalizePhrase } from '../core/phrases.js';
import type { Call } from '../deployments/service.js';

/** What a line is to the turns that wait for a phrase. */
export type PhraseOutcome =
  | { readonly kind: 'confirmed'; readonly call: Call }
  /** Somebody else's phrase; `own` is what the speaker should have said, if it is their turn too. */
  | { readonly kind: 'wrong-person'; readonly call: Call; readonly own?: Call }
  /** Nearly the speaker's own phrase. */
  | { readonly kind: 'near'; readonly call: Call }
  | { readonly kind: 'none' };

/** A line that may be a phrase, and who said it. */
export interface SaidPhrase {
  readonly text: string;
  readonly speaker: Actor;
  /** The people of the config, by whom accounts are told apart. */
  readonly people: readonly Person[];
}

/** No phrase is longer; of a longer line nothing is looked at. */
const longest = 200;

/** Compares a line with the phrases that are asked for where it was said. */
export function hearPhrase({ text, speaker, people }: SaidPhrase, calls: readonly Call[]): PhraseOutcome {
  const said = text.length > longest ? '' : normalizePhrase(text);
  if (said === '') return { kind: 'none' };
  const own = calls.filter((call) => isSamePerson(people, speaker, call.requester));
  const meant = calls.filter((call) => normalizePhrase(call.phrase) === said);
  const mine = meant.find((call) => own.includes(call));
  if (mine !== undefined) return { kind: 'confirmed', call: mine };
  const [other] = meant;
  const [first] = own;
  if (other !== undefined)
    return { kind: 'wrong-person', call: other, ...(first === undefined ? {} : { own: first }) };
  const near = own.find((call) => resembles(said, normalizePhrase(call.phrase)));
  return near === undefined ? { kind: 'none' } : { kind: 'near', call: near };
}

/** Whether somebody tried to say a phrase: a few letters are wrong, or something stands before or after. */
function resembles(said: string, phrase: string): boolean {
  if (said.length < 4) return false;
  const isWithin = said.includes(phrase) || (phrase.includes(said) && said.length * 2 >= phrase.length);
  return isWithin || distance(said, phrase) <= Math.max(2, Math.floor(phrase.length / 4));
}
