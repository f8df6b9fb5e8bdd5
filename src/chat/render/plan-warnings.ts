import type { Plan } from '../../core/plan.js';
import { warningText } from '../../core/plan-warning.js';
import { clip } from './markdown.js';

/** What a plan has to do with other packs, a line each; beyond so many only how many more there are. */
export function planWarningLines(plan: Plan | undefined, max: number): readonly string[] {
  const all = plan?.warnings ?? [];
  const shown = all.length <= max + 1 ? all : all.slice(0, max);
  const lines = shown.map((warning) => clip(`⚠️ ${warningText(warning)}`, 480));
  const rest = all.length - shown.length;
  return rest === 0 ? lines : [...lines, `⚠️ …and ${rest} more warnings`];
}
