import type {
  Action,
  Alias,
  AliasFormat,
  ContentItem,
  ContentType,
  PackContent,
  Policy,
  Rule,
  Sensor,
  Trigger,
} from '../core/content.js';
import type { JsonObject } from '../core/json.js';

/** A piece of content of any type, taken apart for comparison. Fields are named as in its file. */
export interface Comparable {
  readonly type: ContentType;
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly fields: JsonObject;
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly formats: readonly AliasFormat[];
  readonly entryPoint?: string;
}

/** All content of a pack, by `type name`. Where two files declare one name the last one wins, as in StackStorm. */
export function comparables(content: PackContent | undefined): Map<string, Comparable> {
  if (content === undefined) return new Map();
  const all = [
    ...content.actions.map(action),
    ...content.aliases.map(alias),
    ...content.rules.map(rule),
    ...content.sensors.map(sensor),
    ...content.triggers.map(trigger),
    ...content.policies.map(policy),
  ];
  return new Map(all.map((item) => [keyOf(item), item]));
}

/** What tells one piece of content of a pack from another. */
export function keyOf(item: { readonly type: ContentType; readonly name: string }): string {
  return `${item.type} ${item.name}`;
}

function base(type: ContentType, item: ContentItem, fields: JsonObject): Comparable {
  const { name, file, description, enabled, other } = item;
  const all = { ...other, description, enabled, ...fields };
  return { type, name, file, description, fields: all, parameters: {}, formats: [] };
}

function action(item: Action): Comparable {
  const fields = { runner_type: item.runner, entry_point: item.entryPoint ?? null };
  return { ...base('actions', item, fields), ...entryPointOf(item), parameters: item.parameters };
}

function alias(item: Alias): Comparable {
  return { ...base('aliases', item, { action_ref: item.actionRef }), formats: item.formats };
}

function rule(item: Rule): Comparable {
  return base('rules', item, {
    trigger: item.trigger,
    'trigger.parameters': item.triggerParameters,
    criteria: item.criteria,
    action: item.action,
    'action.parameters': item.actionParameters,
  });
}

function sensor(item: Sensor): Comparable {
  const fields = { entry_point: item.entryPoint ?? null, trigger_types: item.triggerTypes };
  return { ...base('sensors', item, fields), ...entryPointOf(item) };
}

function trigger(item: Trigger): Comparable {
  const fields = { payload_schema: item.payloadSchema, parameters_schema: item.parametersSchema };
  return base('triggers', item, fields);
}

function policy(item: Policy): Comparable {
  const { resourceRef, policyType, parameters } = item;
  return base('policies', item, { resource_ref: resourceRef, policy_type: policyType, parameters });
}

function entryPointOf(item: { readonly entryPoint?: string }): { readonly entryPoint?: string } {
  return item.entryPoint === undefined ? {} : { entryPoint: item.entryPoint };
}
