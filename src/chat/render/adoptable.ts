import type { Adoptable } from '../../core/adoptable.js';
import { differingWords } from './drift.js';
import { bold, bullets, code, count } from './markdown.js';
import { revision } from './names.js';

const listed = 40;

/** The packs that Packtrain did not put on the targets, those that can be taken over first. */
export function renderAdoptable(found: readonly Adoptable[]): string {
  if (found.length === 0) return 'All packs on the targets were put there by Packtrain.';
  const sorted = [...found].sort((a, b) => Number(b.match !== undefined) - Number(a.match !== undefined));
  const isOne = new Set(found.map(({ target }) => target)).size === 1;
  const head = `${count(found.length, 'pack')} on ${isOne ? bold(found[0]?.target ?? '') : 'the targets'} ${found.length === 1 ? 'was' : 'were'} not put there by Packtrain:`;
  return [
    head,
    bullets(
      sorted.map((one) => lineOf(one, isOne)),
      listed,
      'the rest comes once these are adopted',
    ),
  ].join('\n');
}

function lineOf(one: Adoptable, isOne: boolean): string {
  const version = one.version === undefined ? '' : ` ${one.version}`;
  const where = isOne ? '' : ` on ${bold(one.target)}`;
  return `${bold(one.pack)}${version}${where} (${one.what}): ${wordsOf(one)}`;
}

function wordsOf({ pack, match, nearest }: Adoptable): string {
  if (match !== undefined)
    return `${bold(match.repository)} at ${revision(match.revision)}, to the letter; ${code(`pack adopt ${pack}`)} takes it over`;
  if (nearest === undefined) return 'no configured repository has it';
  return `nearest to ${bold(nearest.repository)} at ${revision(nearest.revision)}, but for ${differingWords(nearest.differs)}`;
}
