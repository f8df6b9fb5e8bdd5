import type { Deployment } from '../../core/deployment.js';
import { clip, code, oneLine } from './markdown.js';

const most = 5;

/**
 * What people can type in the target's own chat bot now that they could not before. Hubot asks for new aliases every two
 * minutes, so it may still refuse them for a moment. Nothing where no such bot is, or no line is new.
 */
export function chatopsLines({ plan, packs }: Deployment): readonly string[] {
  const live = new Set(packs.filter(({ status }) => status === 'live').map(({ pack }) => pack));
  const lines = (plan?.chatopsLines ?? []).filter(({ pack }) => live.has(pack));
  if (lines.length === 0) return [];
  const shown = lines.slice(0, lines.length === most + 1 ? most + 1 : most).map(({ line, description }) => {
    const means = oneLine(description).replace(/[*_`[\]]{2,}/gu, '');
    return means === '' ? code(line) : `${code(line)} (${clip(means, 100)})`;
  });
  const rest = lines.length - shown.length;
  const more = rest === 0 ? '' : ` and ${rest} more`;
  return [clip(`💬 New in StackStorm's ChatOps, within two minutes: ${shown.join(', ')}${more}.`, 700)];
}
