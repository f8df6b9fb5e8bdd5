import type { Action, Alias, ContentChange, ContentDiff, PackContent } from '../../core/content.js';

/** A line that people type, with the alias and the action behind it as far as they can be read. */
export interface Line {
  readonly display: string;
  readonly alias: string;
  readonly description: string;
  readonly actionRef?: string;
  readonly action?: Action;
}

/** The two sides of a difference; one is absent where it can't be read, or is not there. */
export interface Sides {
  readonly before?: PackContent | undefined;
  readonly after?: PackContent | undefined;
}

/** A pack with some of its aliases disabled, whatever its files say. */
export function withDisabled(
  content: PackContent | undefined,
  names: ReadonlySet<string>,
): PackContent | undefined {
  if (content === undefined || names.size === 0) return content;
  const aliases = content.aliases.map((one) => (names.has(one.name) ? { ...one, enabled: false } : one));
  return { ...content, aliases };
}

/** The lines that a pack gained, and those that it lost. A line that moved to another alias is neither. */
export function changedLines(diff: ContentDiff, sides: Sides): { added: Line[]; removed: Line[] } {
  const aliases = diff.content.filter((change) => change.type === 'aliases');
  const added = aliases.flatMap((change) => linesOf(change, 'added', sides.after));
  const removed = aliases.flatMap((change) => linesOf(change, 'removed', sides.before));
  const isIn = (lines: readonly Line[], line: Line) => lines.some((other) => other.display === line.display);
  return {
    added: added.filter((line) => !isIn(removed, line)),
    removed: removed.filter((line) => !isIn(added, line)),
  };
}

type Gain = 'added' | 'removed';

function linesOf(change: ContentChange, gain: Gain, side: PackContent | undefined): Line[] {
  const alias = side?.aliases.findLast((one) => one.name === change.name);
  // One that is switched off can't be said, on whichever side.
  if (alias?.enabled === false) return [];
  return displaysOf(change, gain)
    .filter((display) => display.trim() !== '')
    .map((display) => lineOf(display, change, alias, side));
}

function displaysOf(change: ContentChange, gain: Gain): readonly string[] {
  const all = change.formats ?? [];
  if (change.change !== 'changed') return change.change === gain ? all : [];
  const isOn = switchedTo(change);
  if (isOn !== undefined) return isOn === (gain === 'added') ? all : [];
  return change.details.flatMap((one) => (one.kind === 'format' && one.change === gain ? [one.display] : []));
}

function lineOf(
  display: string,
  change: ContentChange,
  alias: Alias | undefined,
  side: PackContent | undefined,
): Line {
  const actionRef = alias?.actionRef;
  const action = actionRef === undefined ? undefined : actionOf(side, actionRef);
  const description = change.description || (action?.description ?? '');
  return {
    display,
    alias: change.name,
    description,
    ...(actionRef === undefined ? {} : { actionRef }),
    ...(action === undefined ? {} : { action }),
  };
}

/** The action of the pack itself that a ref means. */
export function actionOf(side: PackContent | undefined, ref: string): Action | undefined {
  const prefix = `${side?.ref}.`;
  return ref.startsWith(prefix)
    ? side?.actions.findLast((one) => one.name === ref.slice(prefix.length))
    : undefined;
}

/** Whether a change switches something on or off; undefined when it does neither. */
export function switchedTo(change: ContentChange): boolean | undefined {
  if (change.change !== 'changed') return undefined;
  const found = change.details.find((one) => one.kind === 'field' && one.field === 'enabled');
  return found?.kind === 'field' ? found.after === true : undefined;
}

/** What to say instead of a line that is gone: a new line for the same action, or of the same alias, or the most alike. */
export function replacementOf(
  gone: Line,
  added: readonly Line[],
  after: PackContent | undefined,
): string | undefined {
  const sameAction = (ref: string | undefined) => ref !== undefined && ref === gone.actionRef;
  const found =
    added.find((line) => sameAction(line.actionRef)) ??
    added.find((line) => line.alias === gone.alias) ??
    added.find((line) => likeness(line.display, gone.display) >= 0.5);
  if (found !== undefined) return found.display;
  const stays = after?.aliases.find(
    (one) => one.enabled && (one.name === gone.alias || sameAction(one.actionRef)),
  );
  return stays?.formats.map((format) => format.display).find((display) => display !== gone.display);
}

/** The share of fixed words that two lines have in common. */
function likeness(a: string, b: string): number {
  const [left, right] = [wordsIn(a), wordsIn(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / Math.max(1, Math.max(left.size, right.size));
}

function wordsIn(line: string): ReadonlySet<string> {
  return new Set(
    line
      .replace(/\{\{.*?\}\}/gu, ' ')
      .toLowerCase()
      .match(/\w+/gu) ?? [],
  );
}
