import type { ContentItem, ContentType, PackContent } from '../core/content.js';
import type { JsonObject } from '../core/json.js';
import type { PackFiles, PackProblem } from '../core/pack.js';
import { readAction } from './actions.js';
import { readAlias } from './aliases.js';
import { type ReadCanary, readCanary } from './canary.js';
import { type Fields, fieldsOf } from './fields.js';
import { mappingsIn, type PackContext } from './items.js';
import { type Manifest, type ManifestOptions, readManifest } from './manifest.js';
import { configSchemaFile, contentTypeOf, manifestFile, strayFiles } from './metadata-files.js';
import { readPolicy } from './policies.js';
import { checkDuplicateNames, checkReferences, type Declared } from './references.js';
import { readRule } from './rules.js';
import { readSensor, readTrigger } from './sensors.js';
import { parseYaml } from './yaml.js';

/** A pack as it was read. */
export interface ReadPack {
  /** What could be made out, also of a pack with errors; absent when pack.yaml gives no valid ref. */
  readonly content?: PackContent;
  /** Everything that is wrong, sorted by file and line. */
  readonly problems: readonly PackProblem[];
}

/**
 * Reads a pack's metadata to StackStorm's rules and finds everything that is wrong with it at once. Stricter than
 * StackStorm in what would only fail when it runs: missing entry points and duplicate names are errors here.
 */
export function readPack(files: PackFiles, options: ManifestOptions = {}): ReadPack {
  const read = readManifest(files.text(manifestFile), options);
  const context = { ref: read.manifest?.ref ?? '', paths: files.paths };
  const config = readConfigSchema(files);
  const parts = readItems(files, context);
  const actions = parts.lists.actions.map(({ name }) => name);
  const canary = readCanary(files, { ref: context.ref, actions });
  const content = contentOf(read.manifest, config, { ...parts, ...canary });
  checkDuplicateNames(parts.declared);
  if (content !== undefined) checkReferences(parts.declared, content);
  const problems = [
    ...read.problems,
    ...config.problems,
    ...canary.problems,
    ...parts.broken,
    ...parts.readers.flatMap((fields) => fields.problems),
    ...strayFiles(files.paths),
  ];
  return { ...(content === undefined ? {} : { content }), problems: problems.sort(byPlace) };
}

/** Whether a pack with these problems must not go live. */
export function hasErrors(problems: readonly PackProblem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

function contentOf(
  manifest: Manifest | undefined,
  config: ConfigSchema,
  { lists, canary }: Pick<Parts, 'lists'> & Pick<ReadCanary, 'canary'>,
): PackContent | undefined {
  if (manifest === undefined) return undefined;
  const { ref, version, fields } = manifest;
  const own = { ref, version, manifest: fields, config: config.options, ...lists };
  return canary === undefined ? own : { ...own, canary };
}

interface Parts {
  readonly lists: Pick<PackContent, ContentType>;
  readonly declared: readonly Declared[];
  /** The readers of all files, which hold the problems of their fields. */
  readonly readers: readonly Fields[];
  /** Problems of files as such. */
  readonly broken: readonly PackProblem[];
}

type ItemReader<T> = (fields: Fields, pack: PackContext) => T | undefined;

function readItems(files: PackFiles, pack: PackContext): Parts {
  const declared: Declared[] = [];
  const readers: Fields[] = [];
  const broken: PackProblem[] = [];
  const paths = [...files.paths.keys()].sort();

  function readFile<T extends ContentItem>(file: string, reader: ItemReader<T>): T | undefined {
    const { yaml, problems } = parseYaml(file, files.text(file) ?? '');
    broken.push(...problems);
    if (yaml === undefined) return undefined;
    const fields = fieldsOf(yaml);
    readers.push(fields);
    const item = reader(fields, pack);
    const type = contentTypeOf(file);
    if (item !== undefined && type !== undefined) declared.push({ type, name: item.name, fields });
    return item;
  }

  function readAll<T extends ContentItem>(type: ContentType, reader: ItemReader<T>): T[] {
    const own = paths.filter((path) => contentTypeOf(path) === type);
    return own.flatMap((file) => readFile(file, reader) ?? []).sort(byName);
  }

  const lists = {
    actions: readAll('actions', readAction),
    aliases: readAll('aliases', readAlias),
    rules: readAll('rules', readRule),
    sensors: readAll('sensors', readSensor),
    triggers: readAll('triggers', readTrigger),
    policies: readAll('policies', readPolicy),
  };
  return { lists, declared, readers, broken };
}

interface ConfigSchema {
  readonly options: Readonly<Record<string, JsonObject>>;
  readonly problems: readonly PackProblem[];
}

function readConfigSchema(files: PackFiles): ConfigSchema {
  const text = files.text(configSchemaFile);
  if (text === undefined || saysNothing(text)) return { options: {}, problems: [] };
  const { yaml, problems } = parseYaml(configSchemaFile, text);
  if (yaml === undefined) return { options: {}, problems };
  const fields = fieldsOf(yaml);
  const options = mappingsIn(fields, yaml.data, []);
  return { options, problems: [...problems, ...fields.problems] };
}

// A schema that is all comments says that there is nothing to configure.
function saysNothing(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*|---\s*)?$/.test(line));
}

function byName(a: ContentItem, b: ContentItem): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function byPlace(a: PackProblem, b: PackProblem): number {
  // pack.yaml comes first: what is wrong there often explains the rest.
  const manifest = Number(b.file === manifestFile) - Number(a.file === manifestFile);
  const file = a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
  return manifest || file || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
