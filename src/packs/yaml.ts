import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Tags,
  visit,
  type YAMLError,
  type YAMLSeq,
} from 'yaml';
import type { JsonObject } from '../core/json.js';
import type { PackProblem, PackProblemCode } from '../core/pack.js';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file that holds a mapping, with the places of its keys. */
export interface YamlFile {
  readonly file: string;
  readonly data: JsonObject;
  /**
   * Where the key at a path stands; for an absent key, where its nearest present parent does. An item of a list goes by
   * its index.
   */
  at(path: readonly string[]): Position;
}

/** What became of a file: the mapping, unless it could not be read, and everything that is wrong with it. */
export interface ParsedYaml {
  readonly yaml?: YamlFile;
  readonly problems: readonly PackProblem[];
}

/**
 * Parses a metadata file as StackStorm does: YAML 1.1, one document, a mapping; no duplicate and no merge keys.
 * A file whose only faults are such keys is still read, so that the rest of it can be checked.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  const key = `${file}\n${text}`;
  const known = recent.get(key);
  if (known !== undefined) return known;
  const parsed = parseAnew(file, text);
  if (text.length <= longestKept) remember(key, parsed);
  return parsed;
}

// Two revisions of a pack have most of their files in common, and are read one right after the other.
const recent = new Map<string, ParsedYaml>();
const mostKept = 24;
const longestKept = 8_192;

function remember(key: string, parsed: ParsedYaml): void {
  recent.set(key, parsed);
  const oldest = recent.keys().next();
  if (recent.size > mostKept && !oldest.done) recent.delete(oldest.value);
}

function parseAnew(file: string, text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined) return { problems: [tooComplex(file)] };
  const place = (offset: number) => positionOf(lines, offset);
  const faults = [...syntaxFaults(document), ...treeFaults(document)];
  const problems = faults.map((fault) => problemOf(file, fault, place(fault.offset)));
  if (faults.some((fault) => fault.code === 'yaml-broken')) return { problems };
  const data = dataOf(document);
  if (data === undefined) return { problems: [...problems, tooComplex(file)] };
  if (!isJsonObject(data)) return { problems: [...problems, notAMapping(file)] };
  return { yaml: { file, data, at: (path) => place(offsetOf(document, path)) }, problems };
}

/** Whether a value is a JSON object (no list, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Fault {
  readonly code: PackProblemCode;
  readonly offset: number;
  readonly message: string;
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.1',
      merge: true,
      strict: false,
      prettyErrors: false,
      logLevel: 'error',
      uniqueKeys: sameKey,
      customTags: asPyYaml,
      lineCounter,
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

// Merge keys get their own message, so two of them are no duplicates here.
function sameKey(a: ParsedNode, b: ParsedNode): boolean {
  return a === b || (isScalar(a) && isScalar(b) && a.value === b.value && a.source !== '<<');
}

// YAML 1.1 says that y and n are booleans; the parser that StackStorm uses leaves them as text.
function asPyYaml(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:bool' || !('test' in tag)) return tag;
    const isTruth = tag.test?.test('yes') === true;
    return Object.assign({}, tag, { test: isTruth ? truths : falsehoods });
  });
}
const truths = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falsehoods = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;

function syntaxFaults(document: Document.Parsed): Fault[] {
  const tagFaults = document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  const faults = [...document.errors, ...tagFaults].map(faultOf);
  const duplicates = faults.filter((fault) => fault.code === 'duplicate-key');
  // Whatever follows the first syntax error is mostly its echo.
  const broken = faults.filter((fault) => fault.code === 'yaml-broken').slice(0, 1);
  return broken.length > 0 ? broken : duplicates;
}

function faultOf(error: YAMLError): Fault {
  const offset = error.pos[0];
  if (error.code === 'DUPLICATE_KEY') {
    const message = 'This key stands twice, which StackStorm refuses. Keep one of the two.';
    return { code: 'duplicate-key', offset, message };
  }
  const what = error.code === 'MULTIPLE_DOCS' ? 'It holds more than one document' : error.message;
  return { code: 'yaml-broken', offset, message: `This is not valid YAML: ${what}.` };
}

function treeFaults(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Pair(_, pair) {
      const fault = keyFault(pair.key);
      if (fault !== undefined) faults.push(fault);
    },
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `No anchor &${alias.source} stands before *${alias.source}. Add it, or quote the text.`;
      faults.push({ code: 'yaml-broken', offset: alias.range?.[0] ?? 0, message });
    },
  });
  return faults;
}

function keyFault(key: unknown): Fault | undefined {
  if (isScalar(key) && key.source === '<<' && key.type === 'PLAIN') {
    const message = 'StackStorm refuses merge keys (<<). Write the merged keys out.';
    return { code: 'merge-key', offset: key.range?.[0] ?? 0, message };
  }
  if (isCollection(key)) {
    const message = 'A key must be plain text. Put values that start with {{ in quotes.';
    return { code: 'yaml-broken', offset: key.range?.[0] ?? 0, message };
  }
  return undefined;
}

function problemOf(file: string, fault: Fault, position: Position): PackProblem {
  return { severity: 'error', code: fault.code, file, ...position, message: fault.message };
}

function tooComplex(file: string): PackProblem {
  const message = 'This file nests or repeats itself too much to be read. Make it simpler.';
  return { severity: 'error', code: 'yaml-broken', file, message };
}

function notAMapping(file: string): PackProblem {
  const message = 'This file must hold a mapping: lines of the form "key: value".';
  return { severity: 'error', code: 'not-a-mapping', file, message };
}

// By way of JSON: dates become text, and a structure that contains itself is found out.
function dataOf(document: Document.Parsed): unknown {
  try {
    return JSON.parse(JSON.stringify(document.toJS()) ?? 'null');
  } catch {
    return undefined;
  }
}

function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of path) {
    const target = isAlias(node) ? node.resolve(document) : node;
    const found = isSeq(target) ? itemAt(target, step) : pairAt(target, step);
    if (found === undefined) break;
    offset = found.place.range?.[0] ?? offset;
    node = found.value;
  }
  return offset;
}

interface Found {
  readonly value: unknown;
  /** What stands for it in the file: an item itself, a value's key. */
  readonly place: { readonly range?: readonly number[] | null | undefined };
}

function itemAt(list: YAMLSeq, step: string): Found | undefined {
  const value = list.items[Number(step)];
  return isNode(value) ? { value, place: value } : undefined;
}

function pairAt(map: unknown, step: string): Found | undefined {
  if (!isMap(map)) return undefined;
  const pair = map.items.find((item) => isScalar(item.key) && textOf(item.key) === step);
  return pair !== undefined && isScalar(pair.key) ? { value: pair.value, place: pair.key } : undefined;
}

function textOf(key: { readonly value: unknown; readonly source?: string }): string {
  return key.source ?? String(key.value);
}

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
