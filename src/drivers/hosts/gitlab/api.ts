import { z } from 'zod';
import type { CheckFact } from '../../../core/check.js';
import { type CommitStatus, type HostApi, type HostPath, ownStatusName } from '../../../core/host.js';
import { newestOfEach } from '../../../core/newest-fact.js';
import { ok, type Result } from '../../../core/result.js';
import { openClient } from '../client.js';
import { type HostHttp, nextLink } from '../http.js';
import type { HostParts } from '../parts.js';
import { firstTime, maybeText, maybeTime } from '../read.js';
import { jobState } from './news.js';

const publicApi = 'https://gitlab.com/api/v4';

/** The API of GitLab, also of one's own; undefined without a token. */
export function createGitlabApi(parts: HostParts): HostApi | undefined {
  const http = openClient(parts, parts.apiUrl ?? publicApi, (token) => ({ 'private-token': token }));
  if (http === undefined) return undefined;
  return {
    facts: (repository, sha) => facts(http, repository, sha),
    rights: (repository) => rights(http, repository),
    setStatus: (repository, status) => setStatus(http, repository, status),
  };
}

const jobs = z.array(
  z.object({
    id: z.number().int(),
    name: z.string(),
    status: z.string(),
    allow_failure: z.boolean().nullish(),
    target_url: maybeText,
    created_at: maybeTime,
    started_at: maybeTime,
    finished_at: maybeTime,
  }),
);

const pipelines = z.array(
  z.object({
    id: z.number().int(),
    status: z.string(),
    web_url: maybeText,
    created_at: maybeTime,
    updated_at: maybeTime,
  }),
);

/** Each job has its name; the pipeline as a whole is the check `pipeline`. */
async function facts(http: HostHttp, path: HostPath, sha: string): Promise<Result<readonly CheckFact[]>> {
  const project = projectOf(path);
  const [ofJobs, ofPipelines] = await Promise.all([
    http.pages(`${project}/repository/commits/${sha}/statuses?per_page=100`, jobs, nextLink),
    http.pages(`${project}/pipelines?sha=${sha}&per_page=100`, pipelines, nextLink),
  ]);
  if (!ofJobs.ok) return ofJobs;
  if (!ofPipelines.ok) return ofPipelines;
  return ok(
    newestOfEach([
      ...ofJobs.value.flat().map((job) => jobFact(sha, job)),
      ...ofPipelines.value.flat().map((pipeline) => pipelineFact(sha, pipeline)),
    ]),
  );
}

function projectOf(path: HostPath): string {
  return `/projects/${encodeURIComponent(path)}`;
}

function jobFact(sha: string, job: z.output<typeof jobs>[number]): CheckFact {
  const { target_url: url } = job;
  return {
    sha,
    name: job.name,
    state: jobState(job.status, job.allow_failure === true),
    at: firstTime(job.finished_at, job.started_at, job.created_at),
    run: job.id,
    ...(url === undefined ? {} : { url }),
  };
}

function pipelineFact(sha: string, pipeline: z.output<typeof pipelines>[number]): CheckFact {
  const { web_url: url } = pipeline;
  return {
    sha,
    name: 'pipeline',
    state: jobState(pipeline.status),
    at: firstTime(pipeline.updated_at, pipeline.created_at),
    run: pipeline.id,
    ...(url === undefined ? {} : { url }),
  };
}

const access = z.object({ access_level: z.number() }).nullish();
const seen = z.object({ permissions: z.object({ project_access: access, group_access: access }).nullish() });
/** Developers may set statuses. */
const developer = 30;

async function rights(http: HostHttp, path: HostPath) {
  const got = await http.get(projectOf(path), seen);
  if (!got.ok) return got;
  const { project_access, group_access } = got.value.value.permissions ?? {};
  const levels = [project_access, group_access].flatMap((one) => (one ? [one.access_level] : []));
  return ok(levels.length === 0 ? {} : { maySetStatus: Math.max(...levels) >= developer });
}

const states = { pending: 'pending', success: 'success', failure: 'failed' } as const;

async function setStatus(http: HostHttp, path: HostPath, status: CommitStatus): Promise<Result<void>> {
  const { sha, state, description, url } = status;
  const body = { state: states[state], name: ownStatusName, description, target_url: url };
  const set = await http.post(`${projectOf(path)}/statuses/${sha}`, body, z.unknown());
  if (set.ok) return ok(undefined);
  // The same state again is refused there.
  const isSame =
    set.refusal.code === 'host-broken' && /cannot transition status/i.test(set.refusal.params.detail);
  return isSame ? ok(undefined) : set;
}
