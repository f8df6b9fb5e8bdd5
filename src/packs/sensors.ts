import type { Sensor, Trigger } from '../core/content.js';
import { type Fields, own } from './fields.js';
import { type PackContext, readItem } from './items.js';
import { resolveEntryPoint } from './metadata-files.js';
import { isJsonObject } from './yaml.js';

const sensorSpec = { known: ['class_name', 'entry_point', 'trigger_types'], enabledUnlessSaid: true };
const triggerSpec = { known: ['payload_schema', 'parameters_schema'], enabledUnlessSaid: true };

/** Reads a sensor's metadata file; undefined when it names no class. */
export function readSensor(fields: Fields, pack: PackContext): Sensor | undefined {
  const item = readItem(fields, pack, sensorSpec);
  const name = fields.required(['class_name'], "Name the sensor's Python class.");
  const entryPoint = readEntryPoint(fields, pack);
  const triggerTypes = readTriggerTypes(fields);
  if (name === '') return undefined;
  return { name, ...item, ...(entryPoint === undefined ? {} : { entryPoint }), triggerTypes };
}

/** Reads a trigger type's metadata file; undefined when it has no name. */
export function readTrigger(fields: Fields, pack: PackContext): Trigger | undefined {
  const item = readItem(fields, pack, triggerSpec);
  const name = fields.required(['name'], 'Name the trigger type.');
  const payloadSchema = fields.object(['payload_schema']);
  const parametersSchema = fields.object(['parameters_schema']);
  return name === '' ? undefined : { name, ...item, payloadSchema, parametersSchema };
}

function readEntryPoint(fields: Fields, pack: PackContext): string | undefined {
  const hint = 'Name the Python file, relative to sensors/.';
  const entryPoint = fields.required(['entry_point'], hint);
  if (entryPoint === '') return undefined;
  const file = resolveEntryPoint('sensors', entryPoint);
  if (file !== undefined && pack.paths.has(file)) return file;
  const message = `The file ${file ?? entryPoint} is not in the pack. Add it, or correct entry_point.`;
  fields.report({ code: 'entry-point-missing', path: ['entry_point'], message });
  return file;
}

function readTriggerTypes(fields: Fields): string[] {
  return fields.list(['trigger_types']).flatMap((type) => {
    const name = isJsonObject(type) ? own(type, 'name') : null;
    if (typeof name === 'string' && name !== '') return name;
    const message = 'Each of the trigger_types must be a mapping with a name.';
    fields.report({ code: 'bad-field', path: ['trigger_types'], message });
    return [];
  });
}
