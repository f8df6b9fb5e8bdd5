import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ZodError, z } from 'zod';
import type { Answer } from '../../chat/answer.js';
import { exitCodeOf, explain, kindOf, type Refusal, refuse, sentence } from '../../core/reason.js';
import type { Redactor } from '../../core/redact.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { DeploymentView } from '../../deployments/service.js';
import type { WebDeps } from '../deps.js';
import type { WebContext } from '../env.js';

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
export function showAnswer(answer: Answer): object {
  const { text, data, deployment, refusal } = answer;
  return {
    text,
    ...(data === undefined ? {} : { data }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(refusal === undefined ? {} : { refusal: showRefusal(refusal) }),
  };
}

/** A deployment in chat Markdown. */
export function describe(deps: WebDeps, view: DeploymentView): string {
  const { id, status } = view.deployment;
  return deps.describe?.(view) ?? `Deployment *#${id}* is ${status}.`;
}

const statuses = { usage: 400, missing: 404, denied: 403, invalid: 422, busy: 409, outage: 503 } as const;

/** The HTTP status of a request that is refused. */
export function statusOf(refusal: Refusal): ContentfulStatusCode {
  return statuses[kindOf(refusal)];
}

/** Answers with a refusal that keeps the request itself from being carried out. */
export function refuseRequest(
  c: WebContext,
  redactor: Redactor,
  refusal: Refusal,
  status: ContentfulStatusCode,
) {
  return c.json(redactor.json({ text: sentence(refusal), refusal: showRefusal(refusal) }), status);
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
