import { z } from 'zod';
import type { CheckFact } from '../../../core/check.js';
import type { HostApi, HostPath } from '../../../core/host.js';
import { newestOfEach } from '../../../core/newest-fact.js';
import { ok, type Result } from '../../../core/result.js';
import { encodedPath, openClient } from '../client.js';
import { type HostHttp, nextLink } from '../http.js';
import { rights, setStatus } from '../own-status.js';
import type { HostParts } from '../parts.js';
import { firstTime, maybeText, maybeTime } from '../read.js';
import { statusState } from './news.js';

/** The API of Gitea and Forgejo; undefined without a token or an address. */
export function createGiteaApi(parts: HostParts): HostApi | undefined {
  const http = openClient(parts, parts.apiUrl, (token) => ({ authorization: `token ${token}` }));
  if (http === undefined) return undefined;
  return {
    facts: (repository, sha) => facts(http, repository, sha),
    rights: (repository) => rights(http, repository),
    setStatus: (repository, status) => setStatus(http, repository, status),
  };
}

const statuses = z.array(
  z.object({
    id: z.number().int(),
    context: z.string(),
    status: z.string(),
    target_url: maybeText,
    created_at: maybeTime,
    updated_at: maybeTime,
  }),
);

async function facts(http: HostHttp, path: HostPath, sha: string): Promise<Result<readonly CheckFact[]>> {
  // It gives at most 50 at a time.
  const first = `/repos/${encodedPath(path)}/commits/${sha}/statuses?limit=50`;
  const pages = await http.pages(first, statuses, nextLink);
  return pages.ok ? ok(newestOfEach(pages.value.flat().map((status) => factOf(sha, status)))) : pages;
}

function factOf(sha: string, status: z.output<typeof statuses>[number]): CheckFact {
  const { target_url: url } = status;
  return {
    sha,
    name: status.context,
    state: statusState(status.status),
    // Not by its id, which counts from one for each commit here, and over all in the webhook: its time is the same in both.
    at: firstTime(status.created_at, status.updated_at),
    ...(url === undefined ? {} : { url }),
  };
}
