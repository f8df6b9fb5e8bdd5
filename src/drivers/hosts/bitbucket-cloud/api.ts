import { z } from 'zod';
import type { CheckFact } from '../../../core/check.js';
import { type CommitStatus, type HostApi, type HostPath, ownStatusName } from '../../../core/host.js';
import { newestOfEach } from '../../../core/newest-fact.js';
import { ok, type Result } from '../../../core/result.js';
import { asBasicOrBearer, encodedPath, openClient } from '../client.js';
import type { HostHttp } from '../http.js';
import type { HostParts } from '../parts.js';
import { firstTime, maybeText, maybeTime } from '../read.js';
import { buildState } from './news.js';

const publicApi = 'https://api.bitbucket.org/2.0';

/** The API of Bitbucket Cloud; undefined without a token. An app password is sent with its username. */
export function createBitbucketCloudApi(parts: HostParts): HostApi | undefined {
  const http = openClient(parts, parts.apiUrl ?? publicApi, asBasicOrBearer);
  if (http === undefined) return undefined;
  return {
    facts: (repository, sha) => facts(http, repository, sha),
    rights: (repository) => rights(http, repository),
    setStatus: (repository, status) => setStatus(http, repository, status),
  };
}

const statuses = z.object({
  values: z.array(
    z.object({
      key: z.string(),
      name: maybeText,
      state: z.string(),
      url: maybeText,
      created_on: maybeTime,
      updated_on: maybeTime,
    }),
  ),
  next: maybeText,
});

async function facts(http: HostHttp, path: HostPath, sha: string): Promise<Result<readonly CheckFact[]>> {
  const first = `/repositories/${encodedPath(path)}/commit/${sha}/statuses?pagelen=100`;
  const pages = await http.pages(first, statuses, ({ value }) => value.next);
  if (!pages.ok) return pages;
  const all = pages.value.flatMap((page) => page.values);
  return ok(newestOfEach(all.map((status) => factOf(sha, status))));
}

function factOf(sha: string, status: z.output<typeof statuses>['values'][number]): CheckFact {
  return {
    sha,
    name: status.key === ownStatusName ? ownStatusName : (status.name ?? status.key),
    state: buildState(status.state),
    at: firstTime(status.updated_on, status.created_on),
    ...(status.url === undefined ? {} : { url: status.url }),
  };
}

async function rights(http: HostHttp, path: HostPath) {
  const got = await http.get(`/repositories/${encodedPath(path)}`, z.unknown());
  return got.ok ? ok({}) : got;
}

const states = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED' } as const;

async function setStatus(http: HostHttp, path: HostPath, status: CommitStatus): Promise<Result<void>> {
  const { sha, state, description, url } = status;
  const body = { key: ownStatusName, name: ownStatusName, state: states[state], description, url };
  const build = `/repositories/${encodedPath(path)}/commit/${sha}/statuses/build`;
  const set = await http.post(build, body, z.unknown());
  return set.ok ? ok(undefined) : set;
}
