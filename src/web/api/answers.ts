import type { ZodError, z } from 'zod';
import type { Answer } from '../../chat/answer.js';
import { exitCodeOf, explain, isReasonCode, type Refusal, refuse, sentence } from '../../core/reason.js';
import type { Redactor } from '../../core/redact.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { WebContext } from '../env.js';
import { statusOf } from './statuses.js';

/** A refusal as the API words it. */
export interface ShownRefusal {
  readonly code: string;
  readonly what: string;
  readonly next: string;
  /** What a command line ends with. */
  readonly exitCode: number;
}

/** Words a refusal. */
export function showRefusal(refusal: Refusal): ShownRefusal {
  return { code: refusal.code, ...explain(refusal), exitCode: exitCodeOf(refusal) };
}

/** An answer as the API gives it. */
export function showAnswer({ text, data, deployment, refusal }: Answer): object {
  return {
    text,
    ...(data === undefined ? {} : { data }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(refusal === undefined ? {} : { refusal: showRefusal(refusal) }),
  };
}

/** A value as the API gives it: plain JSON, with the words of every refusal that was kept, and nothing secret. */
export function shown(redactor: Redactor, value: unknown): unknown {
  // By way of JSON, in which times are texts.
  return redactor.json(worded(JSON.parse(JSON.stringify(value))));
}

function worded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(worded);
  if (typeof value !== 'object' || value === null) return value;
  if (isKept(value)) return { ...value, ...wordsOf(value) };
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, worded(child)]));
}

function wordsOf(refusal: Refusal): object {
  try {
    return explain(refusal);
  } catch {
    // It only looked like one: packs bring JSON of their own.
    return {};
  }
}

function isKept(value: object): value is Refusal {
  const { code, params, ...rest } = value as { code?: unknown; params?: unknown };
  if (typeof code !== 'string' || typeof params !== 'object' || params === null) return false;
  return Object.keys(rest).length === 0 && isReasonCode(code);
}

/** Answers with a refusal that keeps the request itself from being carried out. */
export function refuseRequest(c: WebContext, redactor: Redactor, refusal: Refusal): Response {
  const body = redactor.json({ text: sentence(refusal), refusal: showRefusal(refusal) });
  return c.json(body, statusOf(refusal.code));
}

/** Reads a JSON body; refused with a sentence that says what is wrong with it. */
export async function readBody<S extends z.ZodType>(c: WebContext, schema: S): Promise<Result<z.output<S>>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refused(refuse('bad-request', { problem: 'the body is no JSON' }));
  }
  return check(schema, body);
}

/** Checks a value; refused with a sentence that names the first part that is wrong. */
export function check<S extends z.ZodType>(schema: S, value: unknown): Result<z.output<S>> {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? ok(parsed.data)
    : refused(refuse('bad-request', { problem: firstProblem(parsed.error) }));
}

function firstProblem(error: ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not fit';
  const path = issue.path.join('.');
  const message = issue.message.replace(/\.$/, '');
  return path === '' ? message : `${path}: ${message}`;
}
