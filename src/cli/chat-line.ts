import { formatDuration } from '../core/duration.js';
import type { DeployIntent } from '../core/intent.js';

/** The line by which chat, without its prefix, asks for a command with these values; absent ones are left out. */
export function lineOf(command: string, values: readonly (string | undefined)[]): string {
  return ['pack', command, ...values.filter((value) => value !== undefined).map(valueWord)].join(' ');
}

/** A part of a line by its name. */
export function namedPart(keyword: string, value: string): string {
  return `${keyword} ${valueWord(value)}`;
}

/** The line of a command whose words, keywords among them, are said as they stand. */
export function textLine(command: string, words: readonly string[]): string {
  return ['pack', command, ...words].join(' ');
}

/**
 * The line of `deploy` or `diff`, with every part by its name. Sent in place of the intent itself, it may say what only
 * the server can read: `deploy beans`, where beans is a live pack and no repository.
 */
export function deployLine(command: 'deploy' | 'diff', intent: DeployIntent): string {
  const { repository, packs, ref, forMs, adopt, overwrite, ignoringChecks } = intent;
  return [
    lineOf(command, [repository]),
    ...(packs.kind === 'named' ? [namedPart('packs', packs.packs.join(','))] : []),
    ...(packs.kind === 'all' ? ['packs *'] : []),
    ...(ref === undefined ? [] : [namedPart('branch', ref)]),
    ...(forMs === undefined ? [] : [`for ${formatDuration(forMs)}`]),
    ...(adopt === true ? ['adopt=true'] : []),
    ...(overwrite === true ? ['overwrite=true'] : []),
    // Last, for it takes in all that follows.
    ...(ignoringChecks === undefined ? [] : [`ignoring checks because ${ignoringChecks}`]),
  ].join(' ');
}

const keywords = ['packs', 'branch', 'to', 'on', 'for', 'because', 'now', 'of'];

/** A word that the line's reader takes for a value and nothing else. */
function valueWord(value: string): string {
  if (/^(?!--)[\w./@+-]+(?:,[\w./@+-]+)*$/.test(value) && !keywords.includes(value.toLowerCase()))
    return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
