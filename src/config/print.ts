import type { Problem } from './problem.js';

/** `file:line:column sentence`, on one line; `file: sentence` for what has no place in it. */
export function formatProblem(problem: Problem): string {
  return `${placeOf(problem)} ${problem.text}`;
}

function placeOf({ file, line, column }: Problem): string {
  return line === undefined
    ? `${file}:`
    : [file, line, column].filter((part) => part !== undefined).join(':');
}

/** All problems, each with its line of the file and a caret under the place; with `color`, for a terminal. */
export function formatProblems(
  problems: readonly Problem[],
  options: { readonly color?: boolean } = {},
): string {
  const paint = options.color === true ? colors : plain;
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}.`;
  return [...problems.map((problem) => block(problem, paint)), paint.strong(count)].join('\n\n');
}

interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  alarm(text: string): string;
}

const plain: Paint = { strong: (text) => text, faint: (text) => text, alarm: (text) => text };

const colors: Paint = {
  strong: (text) => `\u001b[1m${text}\u001b[22m`,
  faint: (text) => `\u001b[2m${text}\u001b[22m`,
  alarm: (text) => `\u001b[31m${text}\u001b[39m`,
};

function block(problem: Problem, paint: Paint): string {
  const head = `${paint.strong(placeOf(problem))} ${problem.text}`;
  if (problem.source === undefined) return head;
  const margin = `${problem.line ?? ''} | `;
  const { text, caret } = clip(problem.source);
  const pointer = `${' '.repeat(margin.length - 2)}| ${' '.repeat(caret - 1)}`;
  return [head, `  ${paint.faint(margin)}${text}`, `  ${paint.faint(pointer)}${paint.alarm('^')}`].join('\n');
}

const widest = 100;

// A file on one long line still shows the place in question.
function clip({ text, caret }: { readonly text: string; readonly caret: number }): {
  text: string;
  caret: number;
} {
  const from = Math.max(0, Math.min(caret - widest / 2, text.length - widest));
  return { text: text.slice(from, from + widest), caret: caret - from };
}
