import type { core } from 'zod';
import { keyOffset, type Path, valueOffset } from './locate.js';
import { schemaAt } from './schema-lookup.js';
import { didYouMean, suggest } from './suggest.js';
import type { Finding, Tree } from './yaml.js';

type Issue = core.$ZodIssue;

/** What is told about an issue; a refinement's own sentence comes with the issue, everything else is worded here. */
export function findingsOf(tree: Tree, raw: unknown, issue: Issue): readonly Finding[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(tree, [...issue.path, key]));
  if (issue.code === 'invalid_union') return unionFindings(tree, raw, issue);
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => wrongKey(tree, issue.path, inner));
  const value = valueAt(raw, issue.path);
  if (value === undefined) return [missing(tree, issue.path)];
  return [{ offset: valueOffset(tree, issue.path), text: `${label(issue.path)}: ${wording(issue, value)}` }];
}

function unionFindings(tree: Tree, raw: unknown, issue: core.$ZodIssueInvalidUnion): readonly Finding[] {
  const value = valueAt(raw, issue.path);
  if (value === undefined) return [missing(tree, issue.path)];
  if ('options' in issue && Array.isArray(issue.options))
    return [wrongOption(tree, issue.path, value, issue.options)];
  // The branch that got past the type of the value is the one that was meant.
  const meant = issue.errors.find((branch) => !branch.some(isOfAnotherType));
  if (meant === undefined) {
    const text = issue.message === '' ? `It can't be ${describe(value)}.` : issue.message;
    return [{ offset: valueOffset(tree, issue.path), text: `${label(issue.path)}: ${text}` }];
  }
  return meant.flatMap((inner) => findingsOf(tree, raw, { ...inner, path: [...issue.path, ...inner.path] }));
}

function isOfAnotherType(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function wrongKey(tree: Tree, path: Path, inner: Issue): Finding {
  const message = inner.message === '' ? 'This name is not allowed.' : inner.message;
  return { offset: keyOffset(tree, path), text: `${label(path)}: ${message}` };
}

/** Says that a map holds a key that means nothing. */
export function unknownKey(tree: Tree, path: Path): Finding {
  const known = schemaAt(path.slice(0, -1)).keys;
  const key = String(path.at(-1));
  const where = path.length === 1 ? '' : ` in ${label(path.slice(0, -1))}`;
  // A union's other branch may have it.
  const elsewhere = known.includes(key) ? ' beside what else is written there.' : `.${suggest(key, known)}`;
  return { offset: keyOffset(tree, path), text: `There is no key "${key}"${where}${elsewhere}` };
}

function missing(tree: Tree, path: Path): Finding {
  const key = String(path.at(-1));
  const description = schemaAt(path).description;
  const meaning = description === undefined ? '.' : `: ${lowerFirst(description)}`;
  const offset = keyOffset(tree, path.slice(0, -1));
  const owner = path.length === 1 ? 'The file' : label(path.slice(0, -1));
  return { offset, text: `${owner} lacks the key "${key}"${meaning}` };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function wrongOption(tree: Tree, path: Path, value: unknown, options: readonly unknown[]): Finding {
  const names = options.map(String);
  const text = `${label(path)}: ${describe(value)} is none of what this version knows: ${names.join(', ')}.`;
  return { offset: valueOffset(tree, path), text };
}

function wording(issue: Issue, value: unknown): string {
  if (value === null) return 'It is empty: fill it in, or take the line away.';
  if (issue.message !== '') return issue.message;
  if (issue.code === 'invalid_type') return wrongType(issue.expected, value);
  if (issue.code === 'invalid_value')
    return `It takes one of ${issue.values.join(', ')}.${didYouMean(String(value), issue.values.map(String))}`;
  if (issue.code === 'too_big') return `It must be at most ${issue.maximum}.`;
  if (issue.code === 'too_small') return `It must be at least ${issue.minimum}.`;
  return 'This is not what belongs here.';
}

function wrongType(expected: string, value: unknown): string {
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const quotes = expected === 'string' && isPlain ? ' Put it in quotes.' : '';
  return `It takes ${types[expected] ?? expected}, and here is ${describe(value)}.${quotes}`;
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as [one, another]',
  object: 'a map of keys and values',
  record: 'a map of names and values',
};

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return `the ${typeof value} ${String(value)}`;
  // A long text is rather a piece of the file, misread; it may hold anything.
  return value.length <= 40 && !value.includes('\n') ? `"${value}"` : 'a long text';
}

function label(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'number' ? `entry ${last + 1} of ${label(path.slice(0, -1))}` : String(last);
}

/** What stands at a path of a plain value. */
export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.hasOwn(value, step) ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  }, raw);
}
