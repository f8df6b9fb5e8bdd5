import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { reasonCodes } from '../../src/core/reason.js';
import { openApi } from '../../src/web/api/routes.js';
import { statusOf } from '../../src/web/api/statuses.js';

const page = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');

const parameter = z.object({ name: z.string(), in: z.string() });
const operation = z.looseObject({
  tags: z.tuple([z.string()]),
  summary: z.string(),
  security: z.array(z.looseObject({})),
  parameters: z.array(parameter).default([]),
});
const field = z.looseObject({ const: z.string().optional() });
const kind = z.looseObject({ properties: z.record(z.string(), field), required: z.array(z.string()) });
const shape = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.looseObject({ Intent: z.looseObject({ oneOf: z.array(kind) }) }) }),
});
const document = shape.parse(openApi());

/** The table of the addresses of a group. */
function addresses(group: string): string {
  const rows = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { tags, summary, parameters }]) => {
      if (tags[0] !== group) return [];
      const asked = parameters.filter((one) => one.in === 'query' && one.name !== 'as');
      const names = asked.map(({ name }) => `\`${name}\``).join(', ');
      return [`| \`${method.toUpperCase()} ${path}\` | ${summary} | ${names} |`];
    }),
  );
  return ['| address | | asks for |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The table of the intents, each with its fields; what may be left out stands in brackets. */
function intents(): string {
  const rows = document.components.schemas.Intent.oneOf.map(({ properties, required }) => {
    const { kind, ...rest } = properties;
    const fields = Object.keys(rest).map((name) =>
      required.includes(name) ? `\`${name}\`` : `[\`${name}\`]`,
    );
    return `| \`${kind?.const}\` | ${fields.join(', ')} |`;
  });
  return ['| kind | fields |', '| --- | --- |', ...rows].join('\n');
}

const groups = [
  ...new Set(Object.values(document.paths).flatMap((one) => Object.values(one).map(({ tags }) => tags[0]))),
];

// When one fails: what is expected is what the page has to hold.
it.each(groups)('the page on the HTTP API has the addresses of %s', (group) => {
  expect(page).toContain(addresses(group));
});

it('the page on the HTTP API has the intents', () => {
  expect(page).toContain(intents());
});

it('the page on the HTTP API tells every status that a refusal may have', () => {
  const statuses = [...new Set(reasonCodes.map(statusOf))].sort();
  expect(statuses.filter((status) => !page.includes(`| ${status} |`))).toEqual([]);
});

it('the page on the HTTP API tells which addresses are closed to the keys of the configuration', () => {
  const closed = Object.values(document.paths).flatMap((one) =>
    Object.values(one).flatMap(({ security, tags }) => (security.some((s) => 'key' in s) ? [] : [tags[0]])),
  );
  expect([...new Set(closed)].sort()).toEqual(['Chats', 'Deliveries', 'Document', 'Rooms', 'Signing in']);
});
