import type { Policy } from '../core/content.js';
import type { Fields } from './fields.js';
import { type PackContext, readItem } from './items.js';

const spec = {
  known: ['resource_ref', 'policy_type', 'parameters'],
  allowed: [],
  enabledUnlessSaid: true,
};

/** Reads a policy's metadata file; undefined when it has no name. */
export function readPolicy(fields: Fields, pack: PackContext): Policy | undefined {
  const item = readItem(fields, pack, spec);
  const name = fields.required(['name'], 'Name the policy.');
  const resourceRef = fields.required(['resource_ref'], 'Name the action that it is for, as pack.action.');
  const policyType = fields.required(['policy_type'], 'Name its type, say action.concurrency.');
  const parameters = fields.object(['parameters']);
  return name === '' ? undefined : { name, ...item, resourceRef, policyType, parameters };
}
