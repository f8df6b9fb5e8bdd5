import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { kindOfCode, type ReasonCode } from '../../core/reason.js';
import type { ReasonKind } from '../../core/reasons/define.js';

/** The HTTP status of each kind of refusal. */
export const kindStatuses = {
  usage: 400,
  missing: 404,
  denied: 403,
  invalid: 422,
  busy: 409,
  outage: 503,
} as const satisfies Record<ReasonKind, ContentfulStatusCode>;

/** The codes for which HTTP has a status of its own. */
const codeStatuses: Readonly<Partial<Record<ReasonCode, ContentfulStatusCode>>> = {
  'api-key-refused': 401,
  'request-too-large': 413,
  'too-many-keys': 429,
  'too-many-streams': 503,
  'server-broke': 500,
};

/** The HTTP status of a request that is refused. */
export function statusOf(code: ReasonCode): ContentfulStatusCode {
  return codeStatuses[code] ?? kindStatuses[kindOfCode(code)];
}
