import type { ContentType, PackContent } from '../core/content.js';
import type { PackRef, ProblemSeverity } from '../core/pack.js';
import type { FieldPath, Fields } from './fields.js';

/** One metadata file with the name that it declares. */
export interface Declared {
  readonly type: ContentType;
  readonly name: string;
  readonly fields: Fields;
}

/** Reports names that two files of one content type declare. StackStorm would let the last one win. */
export function checkDuplicateNames(declared: readonly Declared[]): void {
  const first = new Map<string, string>();
  for (const { type, name, fields } of declared) {
    const key = `${type} ${name}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, fields.file);
      continue;
    }
    const path = [type === 'sensors' ? 'class_name' : 'name'];
    const message = `${earlier} declares ${name} too, and only one of them would be there. Rename one.`;
    fields.report({ code: 'duplicate-name', path, message });
  }
}

/** Reports references to triggers and actions of the pack itself that it does not have. */
export function checkReferences(declared: readonly Declared[], content: PackContent): void {
  const actions = new Set(content.actions.map((action) => action.name));
  for (const { type, fields } of declared) {
    if (type === 'rules') checkTrigger(fields, content);
    const path = actionPaths[type];
    if (path !== undefined) checkAction(fields, path, { ref: content.ref, actions });
  }
}

const actionPaths: Partial<Record<ContentType, FieldPath>> = {
  rules: ['action', 'ref'],
  aliases: ['action_ref'],
  policies: ['resource_ref'],
};

function checkTrigger(fields: Fields, content: PackContent): void {
  const path: FieldPath = ['trigger', 'type'];
  const name = ownName(fields.value(path), content.ref);
  if (name === undefined || triggerNames(content).has(name)) return;
  // A sensor may make trigger types as it runs, so with sensors about this is only a suspicion.
  const severity: ProblemSeverity = content.sensors.length > 0 ? 'warning' : 'error';
  const message = `The pack declares no trigger type ${name}, so StackStorm refuses the rule. Add it, or correct the name.`;
  fields.report({ severity, code: 'unknown-trigger', path, message });
}

function triggerNames(content: PackContent): Set<string> {
  const fromSensors = content.sensors.flatMap((sensor) => sensor.triggerTypes);
  return new Set([...fromSensors, ...content.triggers.map((trigger) => trigger.name)]);
}

function checkAction(
  fields: Fields,
  path: FieldPath,
  own: { ref: PackRef; actions: ReadonlySet<string> },
): void {
  const name = ownName(fields.value(path), own.ref);
  if (name === undefined || own.actions.has(name)) return;
  const message = `The pack has no action ${name}, so this would fail when it runs. Add it, or correct the name.`;
  fields.report({ severity: 'warning', code: 'unknown-action', path, message });
}

function ownName(ref: unknown, pack: PackRef): string | undefined {
  return typeof ref === 'string' && ref.startsWith(`${pack}.`) ? ref.slice(pack.length + 1) : undefined;
}
