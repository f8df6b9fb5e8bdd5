import type { ContentChange, ContentDiff } from '../../core/content.js';
import { code } from '../summarize.js';
import { exampleOf } from './example.js';
import { actionOf, changedLines, type Line, replacementOf, type Sides, switchedTo } from './lines.js';
import { parameterNews } from './parameters.js';
import { listedWith, phraseOf } from './text.js';

/**
 * What a difference of content means for those who use the pack: first what they can say, then what they can run and
 * what runs by itself, at last what is gone and what to say instead.
 */
export function contentNews(diff: ContentDiff, sides: Sides): string[] {
  const { added, removed } = changedLines(diff, sides);
  const isNew = diff.version.before === null;
  // Who knows the line has no need of the action's name.
  const spoken = new Set([...added, ...removed].map((line) => line.actionRef));
  const isUnsaid = (change: ContentChange) => !spoken.has(`${diff.pack}.${change.name}`);
  const actions = diff.content.filter((change) => change.type === 'actions');
  const here = (change: 'added' | 'removed') =>
    actions.filter((one) => isUnsaid(one) && appears(one, sides) === change);
  return [
    ...added.map((line) => newLine(line, isNew)),
    ...here('added').map((change) => newAction(diff, change, sides)),
    ...actions.flatMap((change) => changedAction(diff, change, sides)),
    ...diff.content.flatMap((change) => ruleNews(change, sides)),
    ...removed.map((line) => goneLine(line, replacementOf(line, added, sides.after))),
    ...here('removed').map((change) => `The action ${ref(diff, change)} is gone.`),
  ];
}

function newLine(line: Line, isNew: boolean): string {
  const means = phraseOf(line.description);
  const example = exampleOf(line.display, line.action);
  const say = `${isNew ? 'Say' : 'You can now say'} ${code(line.display)}${means === '' ? '.' : `: ${means}.`}`;
  return example === undefined ? say : `${say} For example ${code(example)}.`;
}

function goneLine(line: Line, instead: string | undefined): string {
  return `${code(line.display)} is gone${instead === undefined ? '.' : `; say ${code(instead)} instead.`}`;
}

/** Whether something begins or ceases to be there for people: also by being switched on or off. */
function appears(change: ContentChange, { before, after }: Sides): 'added' | 'removed' | undefined {
  if (change.change === 'changed') {
    const isOn = switchedTo(change);
    return isOn === undefined ? undefined : isOn ? 'added' : 'removed';
  }
  const side = change.change === 'added' ? after : before;
  const item = [...(side?.actions ?? []), ...(side?.rules ?? [])].find((one) => one.name === change.name);
  return item?.enabled === false ? undefined : change.change;
}

function newAction(diff: ContentDiff, change: ContentChange, { after }: Sides): string {
  const means = phraseOf(change.description);
  const { needed, optional } = parametersOf(diff, change, after);
  const takes = [
    ...(needed.length === 0 ? [] : [`it needs ${listedWith('and', needed)}`]),
    ...(optional.length === 0
      ? []
      : [`${needed.length === 0 ? 'it takes' : 'and takes'} ${listedWith('and', optional)}`]),
  ];
  const how = takes.length === 0 ? '' : ` ${takes.join(' ').replace(/^i/u, 'I')}.`;
  return `New action ${ref(diff, change)}${means === '' ? '.' : `: ${means}.`}${how}`;
}

function parametersOf(diff: ContentDiff, change: ContentChange, after: Sides['after']) {
  const parameters = Object.entries(actionOf(after, `${diff.pack}.${change.name}`)?.parameters ?? {}).filter(
    ([, schema]) => schema.immutable !== true,
  );
  const names = (isNeeded: boolean) =>
    parameters.filter(([, schema]) => (schema.required === true) === isNeeded).map(([name]) => code(name));
  return { needed: names(true), optional: names(false) };
}

function changedAction(diff: ContentDiff, change: ContentChange, sides: Sides): string[] {
  if (change.change !== 'changed' || switchedTo(change) === false) return [];
  const action = actionOf(sides.after, `${diff.pack}.${change.name}`);
  if (action?.enabled === false) return [];
  return change.details.flatMap((detail) =>
    detail.kind === 'parameter' ? parameterNews(ref(diff, change), detail, action) : [],
  );
}

function ruleNews(change: ContentChange, sides: Sides): string[] {
  const means = phraseOf(change.description);
  const what = change.type === 'rules' && means !== '' ? appears(change, sides) : undefined;
  if (what === undefined) return [];
  return [what === 'added' ? `By itself from now on: ${means}.` : `No longer by itself: ${means}.`];
}

function ref(diff: ContentDiff, change: ContentChange): string {
  return code(`${diff.pack}.${change.name}`);
}
