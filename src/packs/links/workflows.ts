import type { JsonObject } from '../../core/json.js';
import { own } from '../fields.js';
import { isJsonObject, parseYaml } from '../yaml.js';

/** An action's ref as a workflow names it, and the line on which it does. */
export interface NamedAction {
  readonly ref: string;
  readonly line: number;
}

// Data files lie in the same folders, and parsing those would cost more than all the rest.
const looksLikeWorkflow = /^\s*(?:tasks|chain|workflows)\s*:/m;
const longest = 512 * 1024;

/**
 * The actions that a workflow's file names: of Orquesta's and Mistral's tasks, and of an action chain's. None where the file
 * is no workflow, or is broken; names that are worked out only when it runs are left out by whoever reads refs.
 */
export function actionsOfWorkflow(file: string, text: string): readonly NamedAction[] {
  if (text.length > longest || !looksLikeWorkflow.test(text)) return [];
  const { yaml } = parseYaml(file, text);
  if (yaml === undefined) return [];
  return [...taskActions(yaml.data), ...chainActions(yaml.data)].map(({ ref, path }) => ({
    ref,
    line: yaml.at(path).line,
  }));
}

interface Found {
  readonly ref: string;
  readonly path: readonly string[];
}

function taskActions(data: JsonObject): Found[] {
  return workflowsIn(data).flatMap((path) => {
    const tasks = own(objectAt(data, path), 'tasks');
    if (!isJsonObject(tasks)) return [];
    return Object.keys(tasks).flatMap((task) => {
      const body = own(tasks, task);
      return isJsonObject(body) ? named(body, 'action', [...path, 'tasks', task]) : [];
    });
  });
}

/** Where tasks may be: at the top, or in a workflow of a file that has several. */
function workflowsIn(data: JsonObject): readonly (readonly string[])[] {
  const within = own(data, 'workflows');
  return [
    [],
    ...Object.keys(data).map((name) => [name]),
    ...(isJsonObject(within) ? Object.keys(within).map((name) => ['workflows', name]) : []),
  ];
}

function chainActions(data: JsonObject): Found[] {
  const chain = own(data, 'chain');
  if (!Array.isArray(chain)) return [];
  return chain.flatMap((task, index) =>
    isJsonObject(task) ? named(task, 'ref', ['chain', String(index)]) : [],
  );
}

function named(body: JsonObject, key: string, path: readonly string[]): Found[] {
  const value = own(body, key);
  // Parameters may stand behind the name, as `core.local cmd=date`.
  const [ref = ''] = typeof value === 'string' ? value.trim().split(/\s/) : [];
  return ref === '' ? [] : [{ ref, path: [...path, key] }];
}

function objectAt(data: JsonObject, path: readonly string[]): JsonObject {
  let value = data;
  for (const step of path) {
    const next = own(value, step);
    if (!isJsonObject(next)) return {};
    value = next;
  }
  return value;
}
