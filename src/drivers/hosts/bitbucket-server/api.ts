import { z } from 'zod';
import type { CheckFact } from '../../../core/check.js';
import { type CommitStatus, type HostApi, type HostPath, ownStatusName } from '../../../core/host.js';
import { newestOfEach } from '../../../core/newest-fact.js';
import { ok, type Result } from '../../../core/result.js';
import { asBasicOrBearer, openClient } from '../client.js';
import type { HostHttp } from '../http.js';
import type { HostParts } from '../parts.js';
import { firstTime, maybeText, maybeTime } from '../read.js';
import { buildState } from './news.js';

/** The API of Bitbucket Server and Data Center; undefined without a token or an address. */
export function createBitbucketServerApi(parts: HostParts): HostApi | undefined {
  const base = parts.apiUrl?.replace(/\/rest(?:\/.*)?$/, '');
  const http = openClient(parts, base === undefined ? undefined : `${base}/rest`, asBasicOrBearer);
  if (http === undefined) return undefined;
  return {
    facts: (_repository, sha) => facts(http, sha),
    rights: (repository) => rights(http, repository),
    setStatus: (_repository, status) => setStatus(http, status),
  };
}

const builds = z.object({
  values: z.array(
    z.object({
      key: z.string(),
      name: maybeText,
      state: z.string(),
      url: maybeText,
      dateAdded: maybeTime,
    }),
  ),
  isLastPage: z.boolean().default(true),
  nextPageStart: z.number().nullish(),
});

/** Builds are kept by the commit alone there, whichever repository it is in. */
async function facts(http: HostHttp, sha: string): Promise<Result<readonly CheckFact[]>> {
  const first = `/build-status/1.0/commits/${sha}?limit=100`;
  const pages = await http.pages(first, builds, ({ value: { isLastPage, nextPageStart } }) =>
    isLastPage || typeof nextPageStart !== 'number' ? undefined : `${first}&start=${nextPageStart}`,
  );
  if (!pages.ok) return pages;
  const all = pages.value.flatMap((page) => page.values);
  return ok(newestOfEach(all.map((build) => factOf(sha, build))));
}

function factOf(sha: string, build: z.output<typeof builds>['values'][number]): CheckFact {
  return {
    sha,
    name: build.key === ownStatusName ? ownStatusName : (build.name ?? build.key),
    state: buildState(build.state),
    at: firstTime(build.dateAdded),
    ...(build.url === undefined ? {} : { url: build.url }),
  };
}

async function rights(http: HostHttp, path: HostPath) {
  const [project = '', slug = ''] = path.split('/').map(encodeURIComponent);
  const got = await http.get(`/api/1.0/projects/${project}/repos/${slug}`, z.unknown());
  return got.ok ? ok({}) : got;
}

const states = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED' } as const;

async function setStatus(http: HostHttp, status: CommitStatus): Promise<Result<void>> {
  const { sha, state, description, url } = status;
  const body = { key: ownStatusName, name: ownStatusName, state: states[state], description, url };
  // It answers with nothing.
  const set = await http.post(`/build-status/1.0/commits/${sha}`, body, z.unknown());
  return set.ok ? ok(undefined) : set;
}
