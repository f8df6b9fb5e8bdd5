import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Json } from '../../../core/json.js';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { TargetContext } from '../../../core/target.js';
import type { Station } from './ground.js';

const schema = z.looseObject({
  id: z.string(),
  status: z.string(),
  result: z
    .looseObject({
      stdout: z.string().optional(),
      stderr: z.string().optional(),
      error: z.string().optional(),
    })
    .optional()
    .catch(undefined),
});

/** An execution that has ended. */
export interface Ended {
  readonly id: string;
  readonly succeeded: boolean;
  readonly status: string;
  /** What it printed, line by line, errors last. */
  readonly lines: readonly string[];
  /** What came of it, whole; null when nothing. */
  readonly result: Json;
}

const ends = ['succeeded', 'failed', 'timeout', 'abandoned', 'canceled'];

/**
 * Starts an action.
 * @param context what the execution is to carry, by which it can be found
 * @returns the execution's id
 */
export async function startAction(
  { api }: Station,
  action: string,
  parameters: object,
  context?: object,
): Promise<Result<string>> {
  const body = { action, parameters, ...(context === undefined ? {} : { context }) };
  const started = await api.read('POST', '/executions', { body, schema });
  return started.ok ? ok(started.value.id) : started;
}

/** Waits until an execution has ended, and shows what it prints as far as it is known. */
export async function followExecution(
  station: Station,
  { id, action, limitMs }: { readonly id: string; readonly action: string; readonly limitMs: number },
  { log }: TargetContext,
): Promise<Result<Ended>> {
  const { api, settings, ground } = station;
  const rounds = Math.max(1, Math.ceil(limitMs / settings.pollMs));
  let status = '';
  let shown: readonly string[] = [];
  for (let round = 0; round < rounds; round++) {
    const seen = await api.read('GET', `/executions/${id}`, { schema });
    if (!seen.ok) return seen;
    if (seen.value.status !== status) await log(`${action} ${id}: ${seen.value.status}`);
    status = seen.value.status;
    const lines = linesOf(seen.value.result);
    if (ends.includes(status)) {
      for (const line of unseen(lines, shown)) await log(line);
      const result = (seen.value.result ?? null) as Json;
      return ok({ id, status, succeeded: status === 'succeeded', lines, result });
    }
    shown = await showOutput(station, id, { shown, log });
    await sleep(settings.pollMs);
  }
  return refused(refuse('st2-late', { target: ground.target, action, execution: id, status }));
}

const mostLines = 300;

function linesOf(result: z.output<typeof schema>['result']): readonly string[] {
  return split([result?.stdout, result?.stderr, result?.error].map((text) => text ?? '').join('\n'));
}

function split(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').slice(-mostLines);
}

/** What it has printed so far, where the server tells before the end. */
async function showOutput(
  { api }: Station,
  id: string,
  { shown, log }: { readonly shown: readonly string[]; readonly log: TargetContext['log'] },
): Promise<readonly string[]> {
  const output = await api.call('GET', `/executions/${id}/output`);
  if (!output.ok || typeof output.value.body !== 'string') return shown;
  const lines = split(output.value.body);
  for (const line of unseen(lines, shown)) await log(line);
  return [...shown, ...unseen(lines, shown)];
}

function unseen(lines: readonly string[], shown: readonly string[]): readonly string[] {
  const known = new Set(shown);
  return lines.filter((line) => !known.has(line));
}

const atWork = ['requested', 'scheduled', 'delayed', 'running', 'pausing', 'resuming', 'canceling'];
const running = z.looseObject({ id: z.string(), action: z.looseObject({ ref: z.string() }) });

/** How many executions of a pack's actions there are that have not ended. */
async function countAtWork({ api }: Station, pack: string): Promise<Result<number>> {
  const ids = new Set<string>();
  for (const status of atWork) {
    const list = await api.list(`/executions?status=${status}&include_attributes=action.ref,status`, running);
    if (!list.ok) return list;
    for (const { id, action } of list.value) if (action.ref.startsWith(`${pack}.`)) ids.add(id);
  }
  return ok(ids.size);
}

/** Waits until nothing of a pack runs any more, as the config says. Refused when somebody cancels meanwhile. */
export async function drain(station: Station, pack: string, context: TargetContext): Promise<Result<void>> {
  const { drain: rule, pollMs } = station.settings;
  if (rule === undefined) return ok(undefined);
  const { clock } = station.ground;
  const since = clock.now().getTime();
  const rounds = Math.ceil(rule.waitMs / pollMs);
  let told = 0;
  for (let round = 0; ; round++) {
    const count = await countAtWork(station, pack);
    if (!count.ok) return count;
    if (count.value === 0) return ok(undefined);
    const stop = await stopped(context.canceledBy);
    if (stop !== undefined) return stop;
    const isOver = round >= rounds || clock.now().getTime() - since >= rule.waitMs;
    if (isOver) return await afterWait(station, { pack, count: count.value, rule }, context);
    if (count.value !== told) await context.log(`waiting for ${counted(count.value)} of ${pack} to end`);
    told = count.value;
    await sleep(pollMs);
  }
}

interface StillAtWork {
  readonly pack: string;
  readonly count: number;
  readonly rule: NonNullable<Station['settings']['drain']>;
}

async function afterWait(
  { ground: { target } }: Station,
  { pack, count, rule: { otherwise, waitMs: waitedMs } }: StillAtWork,
  { log }: TargetContext,
): Promise<Result<void>> {
  if (otherwise === 'give-up') return refused(refuse('st2-at-work', { target, pack, count, waitedMs }));
  await log(`${counted(count)} of ${pack} still run; going on as drain.otherwise says`);
  return ok(undefined);
}

async function stopped(canceledBy: TargetContext['canceledBy']): Promise<Result<never> | undefined> {
  const by = await canceledBy?.();
  return by === undefined ? undefined : refused(refuse('canceled', { by }));
}

function counted(count: number): string {
  return count === 1 ? '1 execution' : `${count} executions`;
}
