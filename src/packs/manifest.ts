import semver from 'semver';
import type { JsonObject } from '../core/json.js';
import { isPackRef, type PackProblem, type PackRef } from '../core/pack.js';
import { type Fields, fieldsOf } from './fields.js';
import { manifestFile } from './metadata-files.js';
import { parseYaml, type YamlFile } from './yaml.js';

/** What pack.yaml says, as far as it can be made out. */
export interface Manifest {
  readonly ref: PackRef;
  /** Blank when it is missing or no version. */
  readonly version: string;
  /** The fields other than ref and version. */
  readonly fields: JsonObject;
}

/** The manifest, unless no ref can be made out, and everything wrong with it. */
export interface ReadManifest {
  readonly manifest?: Manifest;
  readonly problems: readonly PackProblem[];
}

/** What the reader of a manifest may be told. */
export interface ManifestOptions {
  /** The name of the folder that holds the pack, where it has one. */
  readonly folder?: string;
  /** The StackStorm that will load the pack; 3.9.0 unless given. */
  readonly stackstormVersion?: string;
}

/** Reads pack.yaml to StackStorm's rules; `text` is undefined when the pack has none. */
export function readManifest(text: string | undefined, options: ManifestOptions = {}): ReadManifest {
  if (text === undefined) return { problems: [missingManifest()] };
  const { yaml, problems } = parseYaml(manifestFile, text);
  if (yaml === undefined) return { problems };
  const fields = fieldsOf(yaml);
  const ref = readRef(fields);
  const version = readVersion(fields);
  checkTexts(fields);
  checkPythonVersions(fields);
  checkStackstormVersion(fields, options.stackstormVersion ?? '3.9.0');
  checkFolder(fields, { ref, folder: options.folder });
  const found = [...problems, ...fields.problems];
  if (ref === undefined) return { problems: found };
  return { manifest: { ref, version, fields: fields.except(['ref', 'version']) }, problems: found };
}

/** The ref that a pack.yaml gives its pack, or undefined when it gives none that is valid. */
export function packRefOf(text: string): PackRef | undefined {
  const { yaml } = parseYaml(manifestFile, text);
  return yaml === undefined ? undefined : refOf(yaml);
}

function missingManifest(): PackProblem {
  const message = 'The pack has no pack.yaml. Add one with name, description, version and author.';
  return { severity: 'error', code: 'pack-yaml-missing', file: manifestFile, message };
}

function refOf(yaml: YamlFile): PackRef | undefined {
  const { ref, name } = yaml.data;
  const chosen = ref === undefined || ref === null ? name : ref;
  return typeof chosen === 'string' && isPackRef(chosen) ? chosen : undefined;
}

function readRef(fields: Fields): PackRef | undefined {
  const name = fields.required(['name'], "Write the pack's name.");
  const ref = fields.value(['ref']) === null ? undefined : fields.text(['ref']);
  const chosen = ref ?? name;
  if (isPackRef(chosen)) return chosen;
  if (ref !== undefined) {
    const message = `The ref "${ref}" may hold only a-z, 0-9 and _. ${suggestion(ref)}`;
    fields.report({ code: 'bad-ref', path: ['ref'], message });
  } else if (name !== '') {
    const message = `The name "${name}" cannot be the ref, which may hold only a-z, 0-9 and _. Add a ref. ${suggestion(name)}`;
    fields.report({ code: 'bad-ref', path: ['name'], message });
  }
  return undefined;
}

function suggestion(text: string): string {
  const valid = text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return valid === '' ? '' : `For example: ref: ${valid}`;
}

// StackStorm's rule, which allows no upper case in the labels, unlike semver's.
const number = '(?:0|[1-9]\\d*)';
const labels = '[\\da-z-]+(?:\\.[\\da-z-]+)*';
const versionPattern = new RegExp(`^${number}\\.${number}\\.${number}(?:-${labels})?(?:\\+${labels})?$`);

function readVersion(fields: Fields): string {
  const value = fields.value(['version']);
  if (value === null || value === '') return fields.required(['version'], 'Write one like 0.1.0.');
  if (typeof value === 'string' && versionPattern.test(value)) return value;
  const shown = typeof value === 'string' ? ` ${value}` : '';
  const message = `The version${shown} is not of the form x.y.z. Write one like 0.1.0.`;
  fields.report({ code: 'bad-version', path: ['version'], message });
  return typeof value === 'string' ? value : '';
}

function checkTexts(fields: Fields): void {
  // A blank one passes StackStorm, so only its absence counts.
  for (const name of ['description', 'author'] as const) {
    if (fields.value([name]) === '') continue;
    fields.required([name], name === 'author' ? 'Say who wrote the pack.' : 'Say what the pack does.');
  }
}

function checkPythonVersions(fields: Fields): void {
  const path = ['python_versions'] as const;
  const versions = fields.list(path);
  if (versions.some((version) => version !== '2' && version !== '3')) {
    const message = 'python_versions may list only "2" and "3", in quotes.';
    fields.report({ code: 'bad-field', path, message });
  } else if (versions.length > 0 && !versions.includes('3')) {
    const message = 'The pack says that it runs on Python 2 only, which StackStorm no longer has. Add "3".';
    fields.report({ severity: 'warning', code: 'python-version', path, message });
  }
}

const stackstormRange = /^(?:(?:>?>|>=|=|<=|<?<)\s*\d+\.\d+\.\d+(?:\s*,)?\s*)+$/;

function checkStackstormVersion(fields: Fields, current: string): void {
  const path = ['stackstorm_version'] as const;
  const range = fields.text(path);
  if (range === '') return;
  if (!stackstormRange.test(range)) {
    const message = `stackstorm_version "${range}" is no range. Write one like ">=3.0.0, <4.0.0".`;
    fields.report({ code: 'bad-field', path, message });
  } else if (!semver.satisfies(current, asSemverRange(range))) {
    const message = `The pack asks for StackStorm ${range}, and this is ${current}. It is deployed all the same.`;
    fields.report({ severity: 'warning', code: 'stackstorm-version', path, message });
  }
}

function asSemverRange(range: string): string {
  return range.replaceAll(',', ' ').replaceAll('>>', '>').replaceAll('<<', '<');
}

function checkFolder(
  fields: Fields,
  { ref, folder }: { ref: PackRef | undefined; folder: string | undefined },
): void {
  if (ref === undefined || folder === undefined || folder === ref) return;
  const message = `The pack lies in the folder ${folder} but its ref is ${ref}. It goes live as ${ref}; give both one name.`;
  fields.report({ severity: 'warning', code: 'folder-differs', path: ['ref'], message });
}
