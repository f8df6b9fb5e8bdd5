import { nearest } from '../core/near.js';

/** ` Did you mean "x"?` when options are close to the word, else ` Known here: …`; nothing without options. */
export function suggest(word: string, options: readonly string[]): string {
  const near = didYouMean(word, options);
  if (near !== '' || options.length === 0) return near;
  return ` Known here: ${[...options].sort().join(', ')}.`;
}

/** ` Did you mean "x"?` when an option is close to the word, else nothing. */
export function didYouMean(word: string, options: readonly string[]): string {
  const near = nearest(word, options)[0];
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
