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

/** How many the server itself has of each kind is not what the recordings are about. */
const ownTotals = ['actions.page.default', 'actions.unknown_filter'];

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
