import { type Refusal, sentence } from '../../core/reason.js';
import type { Answer } from '../answer.js';

/** The answer that refuses. */
export function refusal(because: Refusal): Answer {
  return { text: sentence(because), refusal: because };
}
