import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ContentItem, PackContent } from '../../../core/content.js';
import type { Json, JsonObject } from '../../../core/json.js';
import type { PackFile } from '../../../core/pack.js';
import { contentTypeOf, filesToRead } from '../../../packs/metadata-files.js';
import { readPack } from '../../../packs/read-pack.js';
import { unless } from '../directory/errno.js';
import type { Files } from '../directory/files.js';
import type { ConfigSchema } from './config-schema.js';
import { type Key, type Kind, keyOf, kinds } from './kinds.js';

/** One thing that a pack's files declare. */
export interface Declared {
  readonly key: Key;
  readonly word: Kind['word'];
  readonly ref: string;
  /** What the file says, also by leaving it out. */
  readonly enabled: boolean;
  /** The fields that the server must show. */
  readonly fields: JsonObject;
}

/** What the files of a folder make StackStorm register. */
export interface PackOnDisk {
  readonly version: string | undefined;
  readonly things: ReadonlyMap<Key, Declared>;
  /** The types that it has files of, as a registration names them. */
  readonly types: readonly Kind['word'][];
  /** The options of its config; undefined when it has none. */
  readonly configSchema: ConfigSchema | undefined;
  /** What a virtualenv is made from; undefined when nothing of it runs in one. */
  readonly python: string | undefined;
}

const nothing: PackOnDisk = {
  ...{ version: undefined, things: new Map(), types: [] },
  ...{ configSchema: undefined, python: undefined },
};

/** Reads a pack's folder, which may be a link; one that is not there, or no pack, declares nothing. */
export async function readFolder(files: Files, folder: string): Promise<PackOnDisk> {
  const paths = await listFiles(folder);
  if (paths.size === 0) return nothing;
  const names = filesToRead(paths.keys());
  const texts = await Promise.all(names.map((name) => files.readText(join(folder, name))));
  const textBy = new Map(names.map((name, at) => [name, texts[at]]));
  const { content } = readPack({ paths, text: (path) => textBy.get(path) });
  // Types by the files, for one that can't be read must make the registration fail.
  const present = new Set([...paths.keys()].map(contentTypeOf));
  const types = kinds.filter(({ type }) => present.has(type)).map(({ word }) => word);
  const requirements = await files.readText(join(folder, 'requirements.txt'));
  if (content === undefined) return { ...nothing, types };
  return {
    version: content.version,
    things: new Map(declaredOf(content).map((one) => [one.key, one])),
    types,
    configSchema: Object.keys(content.config).length === 0 ? undefined : content.config,
    python: pythonOf(content, requirements),
  };
}

async function listFiles(folder: string): Promise<ReadonlyMap<string, PackFile>> {
  const entries = await unless(
    ['ENOENT', 'ENOTDIR'],
    [],
    readdir(folder, { recursive: true, withFileTypes: true }),
  );
  const files = entries.filter((entry) => !entry.isDirectory());
  const pathOf = (at: string, name: string) => relative(folder, join(at, name)).split(sep).join('/');
  return new Map(files.map((entry) => [pathOf(entry.parentPath, entry.name), { mode: '100644' }]));
}

function pythonOf(content: PackContent, requirements: string | undefined): string | undefined {
  const runsPython =
    content.sensors.length > 0 || content.actions.some((one) => one.runner === 'python-script');
  if (!runsPython && requirements === undefined) return undefined;
  return JSON.stringify([requirements ?? '', content.manifest.python_versions ?? null]);
}

function declaredOf(pack: PackContent): readonly Declared[] {
  const one = (word: Kind['word'], item: ContentItem, fields: JsonObject): Declared => ({
    key: keyOf(word, `${pack.ref}.${item.name}`),
    word,
    ref: `${pack.ref}.${item.name}`,
    enabled: item.enabled,
    fields: {
      name: item.name,
      pack: pack.ref,
      metadata_file: item.file,
      description: item.description,
      ...fields,
    },
  });
  return [
    ...pack.sensors.flatMap((item) => triggersOf(pack, item)),
    ...pack.triggers.map((item) =>
      one('trigger', item, { payload_schema: item.payloadSchema, parameters_schema: item.parametersSchema }),
    ),
    ...pack.sensors.map((item) => one('sensor', item, sensorFields(pack, item))),
    ...pack.actions.map((item) =>
      one('action', item, {
        runner_type: item.runner,
        parameters: item.parameters,
        ...(item.entryPoint === undefined ? {} : { entry_point: item.entryPoint }),
      }),
    ),
    ...pack.rules.map((item) =>
      one('rule', item, {
        trigger: { type: item.trigger, parameters: item.triggerParameters },
        criteria: item.criteria,
        action: { ref: item.action, parameters: item.actionParameters },
      }),
    ),
    ...pack.aliases.map((item) =>
      one('alias', item, {
        action_ref: item.actionRef,
        formats: item.formats.map(({ display, representation }) => ({ display, representation })),
      }),
    ),
    ...pack.policies.map((item) =>
      one('policy', item, {
        resource_ref: item.resourceRef,
        policy_type: item.policyType,
        parameters: item.parameters,
      }),
    ),
  ];
}

function triggersOf(pack: PackContent, sensor: PackContent['sensors'][number]): readonly Declared[] {
  return sensor.triggerTypes.map((name) => {
    const ref = `${pack.ref}.${name}`;
    const fields = { name, pack: pack.ref };
    return { key: keyOf('trigger', ref), word: 'trigger' as const, ref, enabled: true, fields };
  });
}

function sensorFields(pack: PackContent, sensor: PackContent['sensors'][number]): JsonObject {
  const interval: Json | undefined = sensor.other.poll_interval;
  return {
    trigger_types: sensor.triggerTypes.map((name) => `${pack.ref}.${name}`),
    ...(interval === undefined ? {} : { poll_interval: interval }),
    ...(sensor.entryPoint === undefined ? {} : { artifact_uri: sensor.entryPoint }),
  };
}
