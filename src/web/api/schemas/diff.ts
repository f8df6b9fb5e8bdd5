import { z } from 'zod';
import {
  type ContentChange,
  type ContentDiff,
  contentTypes,
  type DetailChange,
  type FieldChange,
  type ParameterChange,
} from '../../../core/content.js';
import { json, texts, wire } from './wire.js';

const fieldChangeFields = { field: z.string(), before: json, after: json };

const fieldChange = wire<FieldChange>()(
  z
    .object(fieldChangeFields)
    .meta({ id: 'FieldChange', description: 'A field before and after; null stands for absent.' }),
);

const parameterFields = {
  change: z.enum(['added', 'removed', 'changed']),
  name: z.string(),
  required: z.boolean(),
  attributes: z.array(fieldChange),
};

const parameterChange = wire<ParameterChange>()(
  z
    .object(parameterFields)
    .meta({ id: 'ParameterChange', description: 'A parameter, or an option of the pack’s config.' }),
);

const detailChange = wire<DetailChange>()(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('parameter'), ...parameterFields }),
      z.object({ kind: z.literal('format'), change: z.enum(['added', 'removed']), display: z.string() }),
      z.object({ kind: z.literal('field'), ...fieldChangeFields }),
      z.object({ kind: z.literal('code'), file: z.string() }),
    ])
    .meta({ id: 'DetailChange', description: 'One thing that changed in an action, an alias and so on.' }),
);

const item = {
  type: z.enum(contentTypes),
  name: z.string(),
  description: z.string(),
  formats: texts.exactOptional(),
};

const contentChange = wire<ContentChange>()(
  z
    .discriminatedUnion('change', [
      z.object({ change: z.enum(['added', 'removed']), ...item }),
      z.object({ change: z.literal('changed'), ...item, details: z.array(detailChange) }),
    ])
    .meta({ id: 'ContentChange', description: 'An action, an alias and so on that is not as it was.' }),
);

/** What differs between two revisions of a pack. */
export const contentDiff = wire<ContentDiff>()(
  z
    .object({
      pack: z.string(),
      version: z.object({ before: z.string().nullable(), after: z.string().nullable() }),
      manifest: z.array(fieldChange),
      config: z.array(parameterChange),
      content: z.array(contentChange),
      otherFiles: texts,
    })
    .meta({ id: 'ContentDiff', description: 'What differs between two revisions of a pack.' }),
);
