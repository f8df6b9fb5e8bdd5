import type { DeployIntent } from '../core/intent.js';

/** The line by which chat, without its prefix, asks for a command with these values; absent ones are left out. */
export function lineOf(command: string, values: readonly (string | undefined)[]): string {
  return ['pack', command, ...values.filter((value) => value !== undefined).map(valueWord)].join(' ');
}

/**
 * The line of `deploy` or `diff`, with every part by its name. Sent in place of the intent itself, it may say what only
 * the server can read: `deploy beans`, where beans is a live pack and no repository.
 */
export function deployLine(command: 'deploy' | 'diff', intent: DeployIntent): string {
  const { repository, packs, ref, adopt } = intent;
  return [
    lineOf(command, [repository]),
    ...(packs.kind === 'named' ? [`packs ${valueWord(packs.packs.join(','))}`] : []),
    ...(packs.kind === 'all' ? ['packs *'] : []),
    ...(ref === undefined ? [] : [`branch ${valueWord(ref)}`]),
    ...(adopt === true ? ['adopt=true'] : []),
  ].join(' ');
}

const keywords = ['packs', 'branch', 'to'];

/** A word that the line's reader takes for a value and nothing else. */
function valueWord(value: string): string {
  if (/^[\w./@+-]+(?:,[\w./@+-]+)*$/.test(value) && !keywords.includes(value.toLowerCase())) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
