import type { Action } from '../core/content.js';
import type { JsonObject } from '../core/json.js';
import { type Fields, own } from './fields.js';
import { mappingsIn, type PackContext, readItem } from './items.js';
import { resolveEntryPoint } from './metadata-files.js';
import { entryPointKind, runnerWarning } from './runners.js';

const spec = {
  known: ['runner_type', 'entry_point', 'parameters'],
  allowed: ['output_schema', 'tags', 'notify', 'data_files'],
  enabledUnlessSaid: true,
};

/** Reads an action's metadata file; undefined when it has no name. */
export function readAction(fields: Fields, pack: PackContext): Action | undefined {
  const item = readItem(fields, pack, spec);
  const name = fields.required(['name'], 'Name the action.');
  const runner = fields.required(['runner_type'], 'Name the runner, say python-script.');
  checkRunner(fields, runner);
  const entryPoint = readEntryPoint(fields, { runner, pack });
  const parameters = mappingsIn(fields, fields.object(['parameters']), ['parameters']);
  for (const [parameter, schema] of Object.entries(parameters)) checkParameter(fields, parameter, schema);
  if (name === '') return undefined;
  return { name, ...item, runner, ...(entryPoint === undefined ? {} : { entryPoint }), parameters };
}

function checkRunner(fields: Fields, runner: string): void {
  const warning = runner === '' ? undefined : runnerWarning(runner);
  if (warning === undefined) return;
  fields.report({ severity: 'warning', code: 'unknown-runner', path: ['runner_type'], message: warning });
}

function readEntryPoint(fields: Fields, of: { runner: string; pack: PackContext }): string | undefined {
  const kind = entryPointKind(of.runner);
  const entryPoint = fields.text(['entry_point']);
  if (kind === 'none') return undefined;
  const code = kind === 'workflow' ? 'workflow-missing' : 'entry-point-missing';
  const path = ['entry_point'];
  if (entryPoint === '') {
    const message = `A ${of.runner} action needs an entry_point: its ${kind}, relative to actions/.`;
    fields.report({ code, path, message });
    return undefined;
  }
  // StackStorm takes absolute paths too, and what lies there is not the pack's.
  if (entryPoint.startsWith('/')) return undefined;
  const file = resolveEntryPoint('actions', entryPoint);
  if (file !== undefined && of.pack.paths.has(file)) return file;
  const message = `The ${kind} ${file ?? entryPoint} is not in the pack. Add it, or correct entry_point.`;
  fields.report({ code, path, message });
  return file;
}

const parameterTypes = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

function checkParameter(fields: Fields, name: string, schema: JsonObject): void {
  const path = ['parameters', name];
  if (!/^\w+$/.test(name)) {
    const message = `The parameter name "${name}" may hold only letters, digits and _.`;
    fields.report({ code: 'bad-field', path, message });
  }
  const type = own(schema, 'type');
  if (typeof type === 'string' && !parameterTypes.includes(type)) {
    const message = `The parameter ${name} has the unknown type "${type}". Use one of ${parameterTypes.join(', ')}.`;
    fields.report({ code: 'bad-field', path: [...path, 'type'], message });
  }
}
