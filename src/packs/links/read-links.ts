import type { PackFiles } from '../../core/pack.js';
import { aliasFormat } from '../aliases.js';
import { own } from '../fields.js';
import { contentTypeOf, manifestFile } from '../metadata-files.js';
import { isJsonObject, parseYaml, type YamlFile } from '../yaml.js';
import { readDependency } from './dependencies.js';
import type { Dependency, PackLinks, Reference, SaidLine } from './links.js';
import { actionsOfWorkflow } from './workflows.js';

/** The files of a pack whose text `readLinks` needs, of all paths that it has, relative to the pack's root. */
export function filesOfLinks(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => path === manifestFile || kindOf(path) !== undefined).sort();
}

/**
 * Reads what ties a pack to others: what it depends on, which actions and trigger types it names, and which lines its
 * aliases take. Files that can't be read tell nothing; what is wrong with them is said by `readPack`.
 */
export function readLinks(files: PackFiles): PackLinks {
  const manifest = yamlOf(files, manifestFile);
  const references: Reference[] = [];
  const lines: SaidLine[] = [];
  for (const file of filesOfLinks(files.paths.keys())) {
    const kind = kindOf(file);
    if (kind === undefined) continue;
    if (kind === 'workflow') {
      references.push(...workflowReferences(file, files.text(file) ?? ''));
      continue;
    }
    const yaml = yamlOf(files, file);
    if (yaml === undefined) continue;
    references.push(...fieldReferences(yaml, kind));
    if (kind === 'alias') lines.push(...linesOf(yaml));
  }
  const version = manifest === undefined ? null : own(manifest.data, 'version');
  return {
    version: typeof version === 'string' ? version : '',
    dependencies: manifest === undefined ? [] : dependenciesOf(manifest),
    references,
    lines,
  };
}

const kinds = { rules: 'rule', aliases: 'alias', policies: 'policy' } as const;

/** What a file is that may name something; undefined for one that names nothing. */
function kindOf(path: string): Reference['kind'] | undefined {
  const type = contentTypeOf(path);
  if (type === 'rules' || type === 'aliases' || type === 'policies') return kinds[type];
  // A YAML file directly in actions/ is an action's metadata: StackStorm would refuse a workflow there.
  return /^actions\/.+\/[^/]+\.ya?ml$/.test(path) ? 'workflow' : undefined;
}

function yamlOf(files: PackFiles, file: string): YamlFile | undefined {
  const text = files.text(file);
  return text === undefined ? undefined : parseYaml(file, text).yaml;
}

function dependenciesOf(manifest: YamlFile): Dependency[] {
  const { file } = manifest;
  const written = own(manifest.data, 'dependencies');
  if (!Array.isArray(written)) return [];
  return written.flatMap((one, index) => {
    const dependency = typeof one === 'string' ? readDependency(one) : undefined;
    const { line } = manifest.at(['dependencies', String(index)]);
    return dependency === undefined ? [] : [{ ...dependency, file, line }];
  });
}

const fieldsThatName = {
  rule: [
    ['trigger', ['trigger', 'type']],
    ['action', ['action', 'ref']],
  ],
  alias: [['action', ['action_ref']]],
  policy: [['action', ['resource_ref']]],
} as const;

function fieldReferences(yaml: YamlFile, kind: keyof typeof fieldsThatName): Reference[] {
  return fieldsThatName[kind].flatMap(([to, path]) => {
    const ref = valueAt(yaml, path);
    const parts = partsOf(ref);
    return parts === undefined ? [] : [{ kind, to, ...parts, file: yaml.file, line: yaml.at(path).line }];
  });
}

function workflowReferences(file: string, text: string): Reference[] {
  return actionsOfWorkflow(file, text).flatMap(({ ref, line }) => {
    const parts = partsOf(ref);
    // Mistral's own actions are called `std.` and something.
    if (parts === undefined || parts.pack === 'std') return [];
    return [{ kind: 'workflow', to: 'action', ...parts, file, line }];
  });
}

/** A ref in its parts; undefined for what is none, as an expression that is worked out when it runs. */
function partsOf(ref: string): { readonly pack: string; readonly name: string } | undefined {
  const [, pack, name] = /^([a-z0-9_]+)\.([\w.-]+)$/.exec(ref) ?? [];
  return pack === undefined || name === undefined ? undefined : { pack, name };
}

function linesOf(yaml: YamlFile): SaidLine[] {
  const alias = own(yaml.data, 'name');
  const formats = own(yaml.data, 'formats');
  if (own(yaml.data, 'enabled') === false || typeof alias !== 'string' || !Array.isArray(formats)) return [];
  return formats
    .flatMap((format) => aliasFormat(format)?.representation ?? [])
    .map((format) => ({ alias, format }));
}

function valueAt(yaml: YamlFile, [outer, inner]: readonly [string, string?]): string {
  const first = own(yaml.data, outer);
  if (inner === undefined) return typeof first === 'string' ? first : '';
  const second = isJsonObject(first) ? own(first, inner) : null;
  return typeof second === 'string' ? second : '';
}
