import type { Json, JsonObject } from '../core/json.js';
import type { PackProblem, PackProblemCode, ProblemSeverity } from '../core/pack.js';
import { isJsonObject, type YamlFile } from './yaml.js';

/** The path of a key in a file, from the outside in. */
export type FieldPath = readonly [string, ...string[]];

/** Something wrong with one field. */
export interface FieldProblem {
  readonly severity?: ProblemSeverity;
  readonly code: PackProblemCode;
  readonly path: readonly string[];
  readonly message: string;
}

/** Reads the fields of one file, and gathers what is wrong with them. */
export interface Fields {
  readonly file: string;
  readonly problems: readonly PackProblem[];
  report(problem: FieldProblem): void;
  /** A text that has to be there; the hint says what to write. Blank when it is not. */
  required(path: FieldPath, hint: string): string;
  text(path: FieldPath): string;
  flag(path: FieldPath, fallback: boolean): boolean;
  object(path: FieldPath): JsonObject;
  list(path: FieldPath): readonly Json[];
  /** The value as it stands; null when absent. */
  value(path: FieldPath): Json;
  /** The fields that are not among the given ones. */
  except(names: readonly string[]): JsonObject;
}

/** Makes a reader of a file's fields. A null stands for an absent field, as it does for StackStorm. */
export function fieldsOf(yaml: YamlFile): Fields {
  const problems: PackProblem[] = [];

  function report({ severity = 'error', code, path, message }: FieldProblem): void {
    problems.push({ severity, code, file: yaml.file, ...yaml.at(path), message });
  }

  function typed<T>(path: FieldPath, kind: Kind<T>, fallback: T): T {
    const value = valueAt(yaml.data, path);
    if (value === null) return fallback;
    if (kind.is(value)) return value;
    report({ code: 'bad-field', path, message: `${path.join('.')} must be ${kind.name}.` });
    return fallback;
  }

  function required(path: FieldPath, hint: string): string {
    const value = valueAt(yaml.data, path);
    if (value !== null && value !== '') return typed<string>(path, kinds.text, '');
    report({ code: 'missing-field', path, message: `${path.join('.')} is missing. ${hint}` });
    return '';
  }

  return {
    file: yaml.file,
    problems,
    report,
    required,
    text: (path) => typed<string>(path, kinds.text, ''),
    flag: (path, fallback) => typed(path, kinds.flag, fallback),
    object: (path) => typed<JsonObject>(path, kinds.object, {}),
    list: (path) => typed<readonly Json[]>(path, kinds.list, []),
    value: (path) => valueAt(yaml.data, path),
    except: (names) =>
      Object.fromEntries(Object.entries(yaml.data).filter(([name]) => !names.includes(name))),
  };
}

/** The value of an object's own key; null when it is absent. */
export function own(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}

interface Kind<T> {
  readonly name: string;
  readonly is: (value: Json) => value is Json & T;
}

const kinds = {
  text: {
    name: 'text; put it in quotes',
    is: (value: Json): value is string => typeof value === 'string',
  },
  flag: { name: 'true or false', is: (value: Json): value is boolean => typeof value === 'boolean' },
  object: {
    name: 'a mapping: lines of the form "key: value", indented',
    is: (value: Json): value is JsonObject => isJsonObject(value),
  },
  list: {
    name: 'a list: lines that start with "- "',
    is: (value: Json): value is readonly Json[] => Array.isArray(value),
  },
};

function valueAt(data: JsonObject, path: FieldPath): Json {
  let value: Json = data;
  for (const step of path) {
    if (!isJsonObject(value)) return null;
    value = own(value, step);
  }
  return value;
}
