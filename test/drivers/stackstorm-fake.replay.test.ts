import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../fixtures/stackstorm/client.js';
import { comparable, learnIds } from '../fixtures/stackstorm/replay/compare.js';
import { openStage, prepare, type Stage } from '../fixtures/stackstorm/replay/stage.js';
import {
  hasRecordings,
  type Transcript,
  transcripts,
  whyNot,
} from '../fixtures/stackstorm/replay/transcripts.js';
import type { Exchange } from '../fixtures/stackstorm/server.js';
import { hasSpecification, specification } from '../fixtures/stackstorm/spec.js';

/** How many the server itself has of each kind is not what the recordings are about. */
const ownTotals = ['actions.page.default', 'actions.unknown_filter'];

describe.skipIf(!hasSpecification)(`the specification${whyNot}`, () => {
  const exchangeOf = ({ request, response }: Transcript): Exchange => {
    const { pathname: path, searchParams: query } = new URL(request.path, 'http://recorded');
    const [body, answer] = [request.body ?? undefined, response.body ?? undefined];
    return { method: request.method, path, query, body, status: response.status, answer };
  };
  const judged = transcripts.map((transcript) => ({ transcript, exchange: exchangeOf(transcript) }));

  test('is what the recorded server keeps to, but for what is known', () => {
    const faults = judged.flatMap(({ exchange }) => specification()?.faults(exchange) ?? []);
    expect(faults).toEqual([]);
  });

  test('is not kept to in these recordings', () => {
    const deviating = judged.filter(({ exchange }) => specification()?.deviations(exchange).length !== 0);
    const partial = deviating.filter(({ exchange }) => exchange.query.has('include_attributes'));
    const others = deviating.filter((one) => !partial.includes(one));
    expect(new Set(partial.map(({ exchange }) => exchange.path))).toEqual(
      new Set(['/v1/actions', '/v1/executions']),
    );
    expect(others.map(({ transcript }) => transcript.name)).toEqual([
      'triggers.list',
      'actions.unknown_filter',
    ]);
  });

  test.each([
    ['an unknown operation', { method: 'PATCH' }, 'is no operation'],
    ['a status that is not expected', { status: 299 }, '299 is not expected'],
    ['an answer of another shape', { answer: { version: 1 } }, '/version must be string'],
    [
      'a request of another shape',
      { path: '/v1/packs/register', method: 'POST', body: { packs: 'beans' } },
      '/packs must be array',
    ],
  ])('is not kept to by %s', (_, wrong, said) => {
    const good = {
      method: 'GET',
      path: '/v1/packs/core',
      query: new URLSearchParams(),
      body: undefined,
      status: 200,
    };
    const faults = specification()?.faults({ ...good, answer: { version: '1.0.0' }, ...wrong });
    expect(faults).toEqual([expect.stringContaining(said)]);
  });
});

describe.skipIf(!hasRecordings)(`the recorded exchanges, played again in their order${whyNot}`, () => {
  const ids = new Map<string, string>();
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test.each(transcripts)('$name', async (transcript) => {
    prepare(stage, transcript);
    const reply = await play(transcript);
    const { response } = transcript;
    learnIds(response.body, reply.body, ids);
    const { expected, actual } = comparable(transcript, reply.body);
    const total = ownTotals.includes(transcript.name)
      ? reply.total
      : (response.headers['x-total-count'] ?? null);
    expect({ ...reply, body: actual }).toEqual({
      status: response.status,
      type: response.headers['content-type'] ?? '',
      total,
      limit: response.headers['x-limit'] ?? null,
      body: expected,
    });
  });

  async function play({ name, request }: Transcript) {
    const path = request.path.replace(/[0-9a-f]{24}/g, (id) => ids.get(id) ?? id);
    const id = /\/executions\/([0-9a-f]{24})/.exec(path)?.[1];
    if (id !== undefined) await goOn(id, name);
    const key = request.headers['St2-Api-Key'] === '<key>' ? stage.stack.key : request.headers['St2-Api-Key'];
    return ask(stage.stack.url, key, `${request.method} ${path}`, request.body ?? undefined);
  }

  /** Takes an execution to where it was when this was recorded. */
  async function goOn(id: string, name: string): Promise<void> {
    const wanted = name === 'exec.cancel.delete' ? 'scheduled' : /\.poll\.(\w+)$/.exec(name)?.[1];
    const execution = stage.stack.execution(id);
    while (
      wanted !== undefined &&
      execution !== undefined &&
      execution.status !== wanted &&
      !execution.isOver
    ) {
      await stage.stack.step(id);
    }
  }
});
