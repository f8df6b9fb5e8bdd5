import { disabledAliases, type PackOn } from '../deployments/disabled-aliases.js';
import { withDisabled } from '../packs/news/lines.js';
import type { NewsMaterial } from '../packs/news/pack-news.js';
import type { NewsDeps } from './deps.js';

/** The material without the lines that nobody can say, since somebody has disabled their aliases on the target. */
export async function sayable(deps: NewsDeps, on: PackOn, material: NewsMaterial): Promise<NewsMaterial> {
  if (!material.diff.content.some(({ type }) => type === 'aliases')) return material;
  const disabled = await disabledAliases(deps, on);
  const { before, after } = material;
  return { ...material, before: withDisabled(before, disabled), after: withDisabled(after, disabled) };
}
