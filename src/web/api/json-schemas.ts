import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A piece of JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Turns schemas into JSON Schema, and gathers those that have a name. */
export interface JsonSchemas {
  /** The schema of what is sent, what a query is read as, or what is answered; what has a name comes as a reference. */
  of(schema: z.ZodType, side: 'sent' | 'read' | 'answered'): JsonSchema;
  /** Those with a name, so far. */
  named(): Readonly<Record<string, JsonSchema>>;
}

const place = '#/components/schemas/';

/**
 * Makes what turns schemas into JSON Schema.
 * @param isClosed whether an answer may have no field that its schema does not name; else new versions may add some
 */
export function jsonSchemas(isClosed = false): JsonSchemas {
  const known = new Map<string, JsonSchema>();

  function keep(id: string, schema: JsonSchema): void {
    const before = known.get(id);
    if (before !== undefined && !isDeepStrictEqual(before, schema))
      throw new Error(`two schemas are called ${id}`);
    known.set(id, schema);
  }

  return {
    of(schema, side) {
      // In an object, for at the top even what has a name is written out.
      const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
        // As the input, an object is open unless it is declared to be strict.
        io: side === 'read' || (side === 'answered' && isClosed) ? 'output' : 'input',
        override: ({ jsonSchema }) => tidy(jsonSchema),
      });
      for (const [id, one] of Object.entries($defs)) keep(id, moved(one) as JsonSchema);
      return moved(properties?.it) as JsonSchema;
    },
    named: () => Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function tidy(schema: Record<string, unknown>): void {
  delete schema.id;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

/** The same with its references leading to the components of the document. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === '$ref' && typeof child === 'string' ? child.replace('#/$defs/', place) : moved(child),
    ]),
  );
}
