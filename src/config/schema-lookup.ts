import { configJsonSchema } from './json-schema.js';
import type { Path } from './locate.js';

/** What the schema says about a place in the file. */
export interface SchemaPlace {
  /** The keys that a map here may have. */
  readonly keys: readonly string[];
  readonly description: string | undefined;
}

type Node = Readonly<Record<string, unknown>>;

let root: Node | undefined;

/** Looks a place up in the schema; keys that users choose stand for any. */
export function schemaAt(path: Path): SchemaPlace {
  root ??= configJsonSchema();
  const nodes = path.reduce<readonly Node[]>(
    (at, step) => at.flatMap((node) => childrenOf(node, step)),
    alternatives(root),
  );
  const keys = nodes.flatMap((node) => Object.keys(mapOf(node.properties)));
  const described = nodes.find((node) => typeof node.description === 'string');
  return { keys: [...new Set(keys)], description: described?.description as string | undefined };
}

function childrenOf(node: Node, step: PropertyKey): readonly Node[] {
  const own = mapOf(node.properties)[String(step)];
  const child = typeof step === 'number' ? node.items : (own ?? node.additionalProperties);
  return alternatives(child);
}

function alternatives(node: unknown): readonly Node[] {
  if (typeof node !== 'object' || node === null) return [];
  const self = node as Node;
  const options = [self.anyOf, self.oneOf, self.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [self, ...options.flatMap(alternatives)];
}

function mapOf(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}
