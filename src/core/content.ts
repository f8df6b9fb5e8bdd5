import type { Canary } from './canary.js';
import type { Json, JsonObject } from './json.js';
import type { PackRef } from './pack.js';

/** StackStorm's content types, in the order in which people read about them. */
export const contentTypes = ['actions', 'aliases', 'rules', 'sensors', 'triggers', 'policies'] as const;

/** One of StackStorm's content types; each has a folder of that name in a pack. */
export type ContentType = (typeof contentTypes)[number];

/** What every piece of content has. */
export interface ContentItem {
  readonly name: string;
  /** The metadata file, relative to the pack's root. */
  readonly file: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Its other fields, as they stand in the file. */
  readonly other: JsonObject;
}

/** An action; each parameter is a JSON schema with StackStorm's `required`, `immutable`, `secret`, `position`. */
export interface Action extends ContentItem {
  readonly runner: string;
  /** The script or workflow it runs, relative to the pack's root; absent for runners that need none. */
  readonly entryPoint?: string;
  readonly parameters: Readonly<Record<string, JsonObject>>;
}

/** An alias: chat lines that run an action. */
export interface Alias extends ContentItem {
  readonly actionRef: string;
  readonly formats: readonly AliasFormat[];
}

/** One way to say an alias: the line shown in help, and the lines that match. */
export interface AliasFormat {
  readonly display: string;
  readonly representation: readonly string[];
}

/** A rule: when the trigger fires and the criteria hold, the action runs. */
export interface Rule extends ContentItem {
  /** The trigger type's ref. */
  readonly trigger: string;
  readonly triggerParameters: JsonObject;
  readonly criteria: Json;
  /** The action's ref. */
  readonly action: string;
  readonly actionParameters: JsonObject;
}

/** A sensor: a Python class that emits triggers. */
export interface Sensor extends ContentItem {
  /** Relative to the pack's root. */
  readonly entryPoint?: string;
  /** Names of the trigger types that its file declares. */
  readonly triggerTypes: readonly string[];
}

/** A trigger type declared in a file of its own. */
export interface Trigger extends ContentItem {
  readonly payloadSchema: JsonObject;
  readonly parametersSchema: JsonObject;
}

/** A policy on a resource, say the concurrency of an action. */
export interface Policy extends ContentItem {
  readonly resourceRef: string;
  readonly policyType: string;
  readonly parameters: JsonObject;
}

/** What a pack holds at one revision. Plain JSON; each list is sorted by name. */
export interface PackContent {
  readonly ref: PackRef;
  readonly version: string;
  /** The fields of pack.yaml other than ref and version. */
  readonly manifest: JsonObject;
  /** The options in config.schema.yaml, each like a parameter. */
  readonly config: Readonly<Record<string, JsonObject>>;
  readonly actions: readonly Action[];
  readonly aliases: readonly Alias[];
  readonly rules: readonly Rule[];
  readonly sensors: readonly Sensor[];
  readonly triggers: readonly Trigger[];
  readonly policies: readonly Policy[];
  /** What is run once it is live. */
  readonly canary?: Canary;
}

/** One attribute or field before and after; null stands for absent. */
export interface FieldChange {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** A parameter of an action, or an option of the pack's config, that was added, removed or changed. */
export interface ParameterChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly name: string;
  /** Whether it is required now, or was when it was removed. */
  readonly required: boolean;
  /** The attributes that changed; empty when added or removed. */
  readonly attributes: readonly FieldChange[];
}

/** One thing that changed in a piece of content. */
export type DetailChange =
  | ({ readonly kind: 'parameter' } & ParameterChange)
  | { readonly kind: 'format'; readonly change: 'added' | 'removed'; readonly display: string }
  | ({ readonly kind: 'field' } & FieldChange)
  /** The file behind its metadata changed: a script, a workflow, a sensor's class. */
  | { readonly kind: 'code'; readonly file: string };

/** One piece of content that was added, removed or changed. */
export type ContentChange =
  | (ChangedItem & { readonly change: 'added' | 'removed' })
  | (ChangedItem & { readonly change: 'changed'; readonly details: readonly DetailChange[] });

/** What a change is about. */
export interface ChangedItem {
  readonly type: ContentType;
  readonly name: string;
  /** As it is now, or was when it was removed. */
  readonly description: string;
  /** For aliases: the lines to say. */
  readonly formats?: readonly string[];
}

/** What differs between a pack's content at two revisions. Plain JSON: it is stored in plans. */
export interface ContentDiff {
  readonly pack: PackRef;
  /** The versions before and after; null where the pack is not there. */
  readonly version: { readonly before: string | null; readonly after: string | null };
  /** Fields of pack.yaml other than the version. */
  readonly manifest: readonly FieldChange[];
  readonly config: readonly ParameterChange[];
  /** By content type in the order of `contentTypes`, then by name. */
  readonly content: readonly ContentChange[];
  /** Changed files that belong to no piece of content, relative to the pack's root. */
  readonly otherFiles: readonly string[];
}
