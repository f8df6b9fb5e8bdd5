import { ended, explain, type Refusal } from '../../core/reason.js';
import { bold, clip } from './markdown.js';

/** A refusal in words; what comes next stands on its own line where the first part has several. */
export function refusalText(refusal: Refusal, max = 1_200): string {
  const { what, next } = explain(refusal);
  if (next === '') return clip(what, max);
  return `${clip(ended(what), max)}${what.includes('\n') ? '\n' : ' '}${clip(next, 300)}`;
}

/** A refusal on one line, for lists. */
export function refusalLine(refusal: Refusal, max: number): string {
  const { what, next } = explain(refusal);
  const [first = '', ...more] = what.split(/\s*\n[•\s]*/u);
  const line = more.length === 0 ? first : `${first} ${more.join('; ')}`;
  return clip(next === '' ? line : `${ended(line)} ${next}`, max);
}

/** Why a pack can't go live, in words that name it once. */
export function packRefusal(pack: string, why: string): string {
  return why.startsWith(bold(pack)) ? why : `${bold(pack)} can't go live: ${why}`;
}
