import { z } from 'zod';
import type { Json, JsonObject } from '../../../core/json.js';
import { ok, type Result } from '../../../core/result.js';
import type { TargetContext } from '../../../core/target.js';
import { areAlike } from './alike.js';
import type { Api } from './api.js';

/** The options of a pack's config, as its `config.schema.yaml` has them. */
export type ConfigSchema = JsonObject;

const configSchemaName = 'config schema';

const schema = z.looseObject({ attributes: z.record(z.string(), z.unknown()).nullish() });

/** The config schema that the server has of a pack; undefined when it has none. */
export async function readConfigSchema(api: Api, pack: string): Promise<Result<ConfigSchema | undefined>> {
  const found = await api.read('GET', `/config_schemas/${pack}`, { schema });
  // It came as JSON.
  if (found.ok) return ok((found.value.attributes ?? undefined) as ConfigSchema | undefined);
  return found.refusal.code === 'st2-knows-not' ? ok(undefined) : found;
}

/**
 * In what the server's schema is not the one that is wanted. One that nobody wants any more is no difference: registering
 * leaves it there, and the API can't take it away.
 */
export function schemaDifference(
  wanted: ConfigSchema | undefined,
  found: ConfigSchema | undefined,
  byName = false,
): readonly string[] {
  if (wanted === undefined) return [];
  if (found === undefined) return [`its ${configSchemaName} is missing`];
  const names = byName ? [] : differingIn(wanted, found);
  return names.length === 0 ? [] : [`its ${configSchemaName} differs in ${names.join(', ')}`];
}

/** Tells of a schema that stays on the server though no file has it any more. */
export async function tellOfSchema(
  found: ConfigSchema | undefined,
  wanted: ConfigSchema | undefined,
  { log }: TargetContext,
): Promise<void> {
  if (found !== undefined && wanted === undefined)
    await log(`the server keeps the ${configSchemaName}, since its API can't take one away`);
}

function differingIn(wanted: ConfigSchema, found: ConfigSchema): readonly string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  const option = (side: ConfigSchema, name: string): Json => side[name] ?? null;
  return names.filter((name) => !areAlike(option(wanted, name), option(found, name)));
}
