import type { Canary } from '../core/canary.js';
import { parseDuration } from '../core/duration.js';
import type { JsonObject } from '../core/json.js';
import { nearest } from '../core/near.js';
import { isPackRef, type PackFiles, type PackProblem } from '../core/pack.js';
import { type Fields, fieldsOf, own } from './fields.js';
import { packtrainFile } from './metadata-files.js';
import { isJsonObject, parseYaml } from './yaml.js';

const usualWithinMs = 60_000;
const canaryKeys = ['action', 'parameters', 'expect', 'within'];
const expectKeys = ['status', 'result'];
const statuses = ['succeeded', 'failed', 'timeout', 'canceled', 'abandoned'];

/** What a pack's `packtrain.yaml` says, and all that is wrong with it. */
export interface ReadCanary {
  readonly canary?: Canary;
  readonly problems: readonly PackProblem[];
}

/**
 * Reads the optional `packtrain.yaml` of a pack. Whoever may push to a repository writes it, so nothing but the canary is
 * taken from there: who may deploy, and how, is the server's to say.
 * @param pack its ref, and the names of its actions
 */
export function readCanary(
  files: PackFiles,
  pack: { readonly ref: string; readonly actions: readonly string[] },
): ReadCanary {
  const text = files.text(packtrainFile);
  if (text === undefined) return { problems: [] };
  const { yaml, problems } = parseYaml(packtrainFile, text);
  if (yaml === undefined) return { problems };
  const fields = fieldsOf(yaml);
  for (const key of Object.keys(yaml.data)) if (key !== 'canary') reportPolicy(fields, key);
  const hasCanary = fields.value(['canary']) !== null;
  const canary = hasCanary ? canaryOf(fields, pack) : undefined;
  return { problems: [...problems, ...fields.problems], ...(canary === undefined ? {} : { canary }) };
}

function reportPolicy(fields: Fields, key: string): void {
  const near = nearest(key, ['canary']).length > 0 ? ' Did you mean canary?' : '';
  const message = `${key} is not read from here: policy is the server's, and a pack's packtrain.yaml holds only a canary.${near} Drop it.`;
  fields.report({ code: 'unknown-field', path: [key], message });
}

function canaryOf(
  fields: Fields,
  pack: { readonly ref: string; readonly actions: readonly string[] },
): Canary | undefined {
  const canary = fields.object(['canary']);
  checkKeys(fields, ['canary'], canary, canaryKeys);
  checkKeys(fields, ['canary', 'expect'], fields.object(['canary', 'expect']), expectKeys);
  const action = readAction(fields, pack);
  const withinMs = readWithin(fields);
  if (action === undefined || withinMs === undefined) return undefined;
  return {
    action,
    parameters: fields.object(['canary', 'parameters']),
    status: readStatus(fields),
    result: readResult(fields),
    withinMs,
  };
}

function checkKeys(
  fields: Fields,
  path: readonly string[],
  found: JsonObject,
  known: readonly string[],
): void {
  for (const key of Object.keys(found)) {
    if (known.includes(key)) continue;
    const [near] = nearest(key, known);
    const hint = near === undefined ? `It takes ${known.join(', ')}.` : `Did you mean ${near}?`;
    const message = `${path.join('.')} has no ${key}. ${hint}`;
    fields.report({ code: 'unknown-field', path: [...path, key], message });
  }
}

/** A name without a dot is one of the pack's own. */
function readAction(
  fields: Fields,
  { ref, actions }: { readonly ref: string; readonly actions: readonly string[] },
): string | undefined {
  const path = ['canary', 'action'] as const;
  const written = fields.required(path, 'Name the action to run, as pack.action.');
  if (written === '') return undefined;
  const action = written.includes('.') ? written : `${ref}.${written}`;
  const [pack = '', ...rest] = action.split('.');
  const name = rest.join('.');
  if (!isPackRef(pack) || name === '') {
    fields.report({
      code: 'bad-field',
      path,
      message: `"${written}" is no action. Write it as pack.action.`,
    });
    return undefined;
  }
  if (pack !== ref || actions.includes(name)) return action;
  const [near] = nearest(name, actions);
  const hint = near === undefined ? '' : ` Did you mean ${ref}.${near}?`;
  fields.report({ code: 'unknown-action', path, message: `The pack has no action ${name}.${hint}` });
  return undefined;
}

function readWithin(fields: Fields): number | undefined {
  const path = ['canary', 'within'] as const;
  const text = fields.text(path);
  if (text === '') return usualWithinMs;
  const read = parseDuration(text);
  if (read.ok && read.value > 0) return read.value;
  const message = `canary.within "${text}" is no time. Write one like 30s or 5m.`;
  fields.report({ code: 'bad-field', path, message });
  return undefined;
}

function readStatus(fields: Fields): string {
  const path = ['canary', 'expect', 'status'] as const;
  const status = fields.text(path);
  if (status === '' || statuses.includes(status)) return status || 'succeeded';
  const message = `canary.expect.status is one of ${statuses.join(', ')}.`;
  fields.report({ code: 'bad-field', path, message });
  return 'succeeded';
}

function readResult(fields: Fields): JsonObject {
  const path = ['canary', 'expect', 'result'] as const;
  const value = own(fields.object(['canary', 'expect']), 'result');
  if (value === null || isJsonObject(value)) return value ?? {};
  const message = 'canary.expect.result must be a mapping of the fields that the result must have.';
  fields.report({ code: 'bad-field', path, message });
  return {};
}
