import { explain, type Refusal } from '../../core/reason.js';
import { clip } from './markdown.js';

/** A refusal in words; what comes next stands on its own line where the first part has several. */
export function refusalText(refusal: Refusal, max = 1_200): string {
  const { what, next } = explain(refusal);
  if (next === '') return clip(what, max);
  return `${clip(what, max)}${what.includes('\n') ? '\n' : ' '}${clip(next, 300)}`;
}

/** A refusal on one line, for lists. */
export function refusalLine(refusal: Refusal, max: number): string {
  const { what, next } = explain(refusal);
  const line = [what, next].filter((part) => part !== '').join(' ');
  return clip(line.replace(/:?\s*\n[•\s]*/u, ': ').replace(/\s*\n\s*/gu, ' '), max);
}
