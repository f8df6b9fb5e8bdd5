import { z } from 'zod';
import { fileSchema } from './schema/schema.js';

/** The JSON Schema of `packtrain.yaml`, for editors and for what can be looked up about a key. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-07' });
  return { $schema, title: 'packtrain.yaml', ...rest };
}

/** The same as the text of a file. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}
