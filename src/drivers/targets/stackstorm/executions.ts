import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Json } from '../../../core/json.js';
import { type Refusal, refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { TargetContext } from '../../../core/target.js';
import { isPassing } from './api.js';
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

/** Starts an action. @returns the execution's id */
export async function startAction(
  { api }: Station,
  action: string,
  parameters: object,
): Promise<Result<string>> {
  const started = await api.read('POST', '/executions', { body: { action, parameters }, schema });
  return started.ok ? ok(started.value.id) : started;
}

const firstPauseMs = 200;

/** What is waited for. */
interface Job {
  readonly id: string;
  readonly action: string;
  readonly limitMs: number;
}

/** Waits until an execution has ended, and shows what it prints as far as it is known. */
export async function followExecution(
  station: Station,
  job: Job,
  { log }: TargetContext,
): Promise<Result<Ended>> {
  const { settings, ground } = station;
  const output = outputOf(station, job.id, log);
  const since = ground.clock.now().getTime();
  let told = '';
  let waitedMs = 0;
  for (let pauseMs = Math.min(firstPauseMs, settings.pollMs); ; ) {
    const seen = await lookAt(station, job.id);
    if (!seen.ok) return seen;
    const { status, end } = seen.value;
    if (status !== told) await log(`${job.action} ${job.id}: ${status}`);
    told = status;
    if (end !== undefined) {
      await output.end(end.lines);
      return ok(end);
    }
    const isOver = Math.max(waitedMs, ground.clock.now().getTime() - since) >= job.limitMs;
    if (isOver) return refused(lateOf(station, job, status));
    await output.show();
    await sleep(pauseMs);
    waitedMs += pauseMs;
    // Most are over soon, and those that are not take long.
    pauseMs = Math.min(pauseMs * 2, settings.pollMs);
  }
}

function lateOf({ ground: { target } }: Station, { action, id: execution }: Job, status: string): Refusal {
  return refuse('st2-late', { target, action, execution, status });
}

/** Where an execution is. It goes on while the API is away, so that is no end. */
async function lookAt(
  { api }: Station,
  id: string,
): Promise<Result<{ readonly status: string; readonly end?: Ended }>> {
  const seen = await api.read('GET', `/executions/${id}`, { schema });
  if (!seen.ok)
    return isPassing(seen.refusal) ? ok({ status: 'unknown (the server does not answer)' }) : seen;
  const { status, result } = seen.value;
  if (!ends.includes(status)) return ok({ status });
  const end = { id, status, succeeded: status === 'succeeded', lines: linesOf(result) };
  return ok({ status, end: { ...end, result: (result ?? null) as Json } });
}

/** Shows what an execution prints, each line once; before its end only as long as the server tells. */
function outputOf({ api }: Station, id: string, log: TargetContext['log']) {
  const shown = new Set<string>();
  let isTold = true;

  async function end(lines: readonly string[]): Promise<void> {
    const fresh = lines.filter((line) => !shown.has(line));
    for (const line of fresh) await log(line);
    for (const line of fresh) shown.add(line);
  }

  return {
    end,
    async show(): Promise<void> {
      if (!isTold) return;
      const output = await api.call('GET', `/executions/${id}/output`);
      isTold = output.ok;
      if (output.ok && typeof output.value.body === 'string') await end(split(output.value.body));
    },
  };
}

const mostLines = 300;

function linesOf(result: z.output<typeof schema>['result']): readonly string[] {
  return split([result?.stdout, result?.stderr, result?.error].map((text) => text ?? '').join('\n'));
}

function split(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').slice(-mostLines);
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
