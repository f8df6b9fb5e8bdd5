import {
  type KyselyPlugin,
  OperationNodeTransformer,
  type PrimitiveValueListNode,
  type ValueNode,
} from 'kysely';
import type { Redactor } from '../core/redact.js';

/** Masks secrets in every value on its way to the database, so that no table can be forgotten. */
export function redacting(redactor: Redactor): KyselyPlugin {
  const masking = new MaskValues(redactor);
  return {
    transformQuery: ({ node, queryId }) => masking.transformNode(node, queryId),
    transformResult: async ({ result }) => result,
  };
}

class MaskValues extends OperationNodeTransformer {
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    super();
    this.#redactor = redactor;
  }

  protected override transformValue(node: ValueNode): ValueNode {
    return { ...node, value: this.#redactor.json(node.value) };
  }

  protected override transformPrimitiveValueList(node: PrimitiveValueListNode): PrimitiveValueListNode {
    return { ...node, values: this.#redactor.json(node.values) };
  }
}
