import type { PackProblem } from '../core/pack.js';

/**
 * Problems as lines, say `beans/actions/cook.yaml:12:3 error entry_point is missing. …`. `folder` is the pack's
 * folder in its repository; empty when the repository is the pack.
 */
export function formatProblems(problems: readonly PackProblem[], folder = ''): string[] {
  return problems.map((problem) => `${placeOf(problem, folder)} ${problem.severity} ${problem.message}`);
}

function placeOf({ file, line, column }: PackProblem, folder: string): string {
  const path = folder === '' ? file : `${folder}/${file}`;
  if (line === undefined) return path;
  return column === undefined ? `${path}:${line}` : `${path}:${line}:${column}`;
}
