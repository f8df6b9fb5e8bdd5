import type { CliContext, Output } from './context.js';

/** Puts text into colours and weights, or leaves it alone where nobody could see them. */
export interface Style {
  bold(text: string): string;
  italic(text: string): string;
  dim(text: string): string;
  cyan(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  /** A link that terminals which know links make clickable. */
  link(text: string, url: string): string;
}

const csi = '\u001b[';
const wrap = (on: number, off: number) => (text: string) => `${csi}${on}m${text}${csi}${off}m`;

/** For terminals. */
export const ansiStyle: Style = {
  bold: wrap(1, 22),
  italic: wrap(3, 23),
  dim: wrap(2, 22),
  cyan: wrap(36, 39),
  green: wrap(32, 39),
  yellow: wrap(33, 39),
  red: wrap(31, 39),
  link: (text, url) => (text === url ? wrap(4, 24)(url) : `${text} (${wrap(4, 24)(url)})`),
};

const same = (text: string) => text;

/** For files, pipes, and people who set NO_COLOR. */
export const plainStyle: Style = {
  bold: same,
  italic: same,
  dim: same,
  cyan: same,
  green: same,
  yellow: same,
  red: same,
  link: (text, url) => (text === url ? url : `${text} (${url})`),
};

/** The style that fits where the text goes. NO_COLOR and FORCE_COLOR have their usual meaning. */
export function styleOf(output: Output, env: CliContext['env']): Style {
  if (isSet(env.NO_COLOR)) return plainStyle;
  if (isSet(env.FORCE_COLOR) && env.FORCE_COLOR !== '0') return ansiStyle;
  return output.isTTY === true && env.TERM !== 'dumb' ? ansiStyle : plainStyle;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
