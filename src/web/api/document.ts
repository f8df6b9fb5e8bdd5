import { z } from 'zod';
import { type JsonSchema, type JsonSchemas, jsonSchemas } from './json-schemas.js';
import type { Answering, Route } from './route.js';
import { refusedAnswer } from './schemas/basics.js';
import { kindStatuses } from './statuses.js';

/** What an OpenAPI document is for whoever only passes it on. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

const about = `Everything that a chat with Packtrain can do, for programs. Times are ISO 8601 in UTC; lengths of time are milliseconds.

What is refused comes with a reason code of a closed list, and two sentences: what is the matter, and what to do next.`;

/** Of what each group of addresses tells. */
const groups = {
  Commands: 'What people say in a chat.',
  Deployments: 'What was asked for, what runs, and what happens.',
  Packs: 'What is live, borrowed, locked, and why.',
  Repositories: 'Where packs come from, and what deploying would change.',
  Deliveries: 'What Git hosts sent.',
  Rooms: 'The rooms of the web chat, for the terminal chat.',
  Chats: 'The chats of others.',
  'Signing in': 'Links to the pages.',
  Document: 'This document.',
} as const;

/** What each status means when a request is refused. */
const refusedStatuses: Readonly<Record<number, string>> = {
  400: 'The request is not understood.',
  401: 'The key is missing or wrong.',
  403: 'The key, or whoever asks with it, may not do this.',
  404: 'It is not there.',
  409: 'Something else is in the way for now.',
  413: 'The request is too large.',
  422: 'Something is wrong with what was asked about.',
  429: 'Too many wrong keys came from this address.',
  500: 'Something broke in the server.',
  503: 'Something technical is away, or too many streams are open.',
};

/**
 * The OpenAPI document of routes.
 * @param isClosed whether answers may have no other fields than it names: for tests of the server itself
 */
export function openApiDocument(routes: readonly Route[], isClosed = false): OpenApiDocument {
  const schemas = jsonSchemas(isClosed);
  const refused = schemas.of(refusedAnswer, 'answered');
  const paths: Record<string, Record<string, object>> = {};
  for (const one of routes) paths[one.path] = { ...paths[one.path], [one.method]: operation(one, schemas) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Packtrain',
      version: '1.0.0',
      description: about,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    servers: [{ url: '/api/v1' }],
    tags: Object.entries(groups).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.named(), responses: responsesOf(refused), securitySchemes },
  };
}

const securitySchemes = {
  key: { type: 'http', scheme: 'bearer', description: 'A key of `api.keys` in the configuration.' },
  localKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'The key in `server.json` of the data directory. Whoever has it acts as anybody.',
  },
} as const;

function responsesOf(schema: JsonSchema): object {
  const refusals = Object.entries(refusedStatuses).map(([status, description]) => [
    `Refused${status}`,
    { description, content: { 'application/json': { schema } } },
  ]);
  const misnamed = {
    description: 'The `Host` header names another machine.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  };
  return { ...Object.fromEntries(refusals), Misnamed: misnamed };
}

function operation(one: Route, schemas: JsonSchemas): object {
  const more = one.more === undefined ? {} : { description: one.more };
  const parameters = parametersOf(one, schemas);
  return {
    operationId: one.id,
    tags: [one.group],
    summary: one.summary,
    ...more,
    security: securityOf(one),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(one, schemas),
    responses: { 200: answerOf(one.answer, schemas), ...refusalsOf(one) },
    ...(one.command === undefined ? {} : { 'x-command': one.command }),
  };
}

function securityOf({ keys }: Route): object[] {
  if (keys === 'none') return [];
  return keys === 'local' ? [{ localKey: [] }] : [{ key: [] }, { localKey: [] }];
}

function parametersOf({ params, query, answer }: Route, schemas: JsonSchemas): object[] {
  const resumes = {
    name: 'Last-Event-ID',
    in: 'header',
    schema: { type: 'integer' },
    description: resumeText,
  };
  return [
    ...eachOf(params, 'path', schemas),
    ...eachOf(query, 'query', schemas),
    ...('events' in answer ? [resumes] : []),
  ];
}

const resumeText =
  'The id of the last event that was seen, by a client that comes back. It goes before `after`.';

function eachOf(object: z.ZodObject | undefined, where: 'path' | 'query', schemas: JsonSchemas): object[] {
  if (object === undefined) return [];
  const { required = [] } = z.toJSONSchema(object, { io: 'input' });
  return Object.entries(object.shape).map(([name, schema]) => {
    // What it is once it is read: a number, though it comes as a text.
    const { description, ...rest } = schemas.of(schema as z.ZodType, 'read');
    return {
      name,
      in: where,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function bodyOf({ body, examples = {} }: Route, schemas: JsonSchemas): object {
  if (body === undefined) return {};
  const shown = Object.entries(examples).map(([summary, value]) => [keyOf(summary), { summary, value }]);
  const schema = schemas.of(body, 'sent');
  const content = { schema, ...(shown.length === 0 ? {} : { examples: Object.fromEntries(shown) }) };
  return { requestBody: { required: true, content: { 'application/json': content } } };
}

function keyOf(summary: string): string {
  return summary.replaceAll(' ', '-');
}

function answerOf(answer: Answering, schemas: JsonSchemas): object {
  if ('json' in answer) {
    const example = answer.example === undefined ? {} : { example: answer.example };
    const schema = schemas.of(answer.json, 'answered');
    return { description: 'Done.', content: { 'application/json': { schema, ...example } } };
  }
  const events = Object.entries(answer.events).map(([name, schema]) => [
    name,
    schemas.of(schema, 'answered'),
  ]);
  const description = 'Server-sent events. A comment comes at least every 15 seconds.';
  const content = { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) };
  return { description, content: { 'text/event-stream': content } };
}

function refusalsOf(one: Route): object {
  const { params, query, body, answer, refusals = [] } = one;
  const statuses = [
    ...(params === undefined && query === undefined && body === undefined ? [] : [400]),
    ...(one.keys === 'none' ? [] : [401, 403, 429]),
    ...(params === undefined ? [] : [404]),
    ...(body === undefined ? [] : [413]),
    ...('events' in answer ? [503] : []),
    ...refusals.map((kind) => kindStatuses[kind]),
    500,
  ];
  const refs = [...new Set(statuses)].map((status) => [status, refTo(`Refused${status}`)]);
  return { ...Object.fromEntries(refs), 421: refTo('Misnamed') };
}

function refTo(name: string): object {
  return { $ref: `#/components/responses/${name}` };
}
