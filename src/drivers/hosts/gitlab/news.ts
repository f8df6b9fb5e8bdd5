import { z } from 'zod';
import type { CheckFact, CheckState } from '../../../core/check.js';
import type { HostNews, HostRepository } from '../../../core/host.js';
import {
  firstTime,
  fullSha,
  known,
  maybeId,
  maybeText,
  maybeTime,
  pusherNamed,
  type Reader,
  reading,
  refChange,
} from '../read.js';

const project = z.object({
  path_with_namespace: maybeText,
  web_url: maybeText,
  git_ssh_url: maybeText,
  git_http_url: maybeText,
});

type Project = z.output<typeof project>;

function repositoryOf(one: Project): HostRepository {
  const urls = known([one.git_http_url, one.git_ssh_url, one.web_url]);
  return { urls, ...(one.path_with_namespace === undefined ? {} : { path: one.path_with_namespace }) };
}

const push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  user_name: maybeText,
  user_username: maybeText,
  user_id: maybeId,
  project,
  commits: z
    .array(z.object({ id: z.string(), message: z.string(), author: z.object({ name: z.string() }) }))
    .default([]),
});

function pushNews(body: z.output<typeof push>): readonly HostNews[] {
  const commits = body.commits.map(({ id, message, author }) => ({ sha: id, message, author: author.name }));
  const pusher = pusherNamed({
    name: body.user_username ?? body.user_name,
    login: body.user_username,
    id: body.user_id,
  });
  return [
    {
      kind: 'push',
      repository: repositoryOf(body.project),
      changes: refChange({ ...body, commits }),
      ...(pusher === undefined ? {} : { pusher }),
    },
  ];
}

/** What a server's own hook tells once for all refs of a push. */
const update = z.object({
  user_name: maybeText,
  user_id: maybeId,
  project,
  changes: z.array(z.object({ ref: z.string(), before: z.string(), after: z.string() })),
});

function updateNews(body: z.output<typeof update>): readonly HostNews[] {
  const pusher = pusherNamed({ name: body.user_name, id: body.user_id });
  return [
    {
      kind: 'push',
      repository: repositoryOf(body.project),
      changes: body.changes.flatMap(refChange),
      ...(pusher === undefined ? {} : { pusher }),
    },
  ];
}

const pipeline = z.object({
  object_attributes: z.object({
    id: z.number().int(),
    sha: fullSha,
    status: z.string(),
    url: maybeText,
    created_at: maybeTime,
    finished_at: maybeTime,
  }),
  project,
  builds: z
    .array(
      z.object({
        id: z.number().int(),
        name: z.string(),
        status: z.string(),
        allow_failure: z.boolean().nullish(),
        created_at: maybeTime,
        started_at: maybeTime,
        finished_at: maybeTime,
      }),
    )
    .default([]),
});

function pipelineNews(body: z.output<typeof pipeline>): readonly HostNews[] {
  const { object_attributes: whole, builds } = body;
  const url = whole.url ?? pageOf(body.project, 'pipelines', whole.id);
  const fact: CheckFact = {
    sha: whole.sha,
    name: 'pipeline',
    state: jobState(whole.status),
    at: firstTime(whole.finished_at, whole.created_at),
    run: whole.id,
    ...(url === undefined ? {} : { url }),
  };
  const jobs = builds.map((build): CheckFact => {
    const page = pageOf(body.project, 'jobs', build.id);
    return {
      sha: whole.sha,
      name: build.name,
      state: jobState(build.status, build.allow_failure === true),
      at: firstTime(build.finished_at, build.started_at, build.created_at),
      run: build.id,
      ...(page === undefined ? {} : { url: page }),
    };
  });
  return [{ kind: 'checks', repository: repositoryOf(body.project), facts: [fact, ...jobs] }];
}

function pageOf({ web_url: web }: Project, what: 'jobs' | 'pipelines', id: number): string | undefined {
  return web === undefined ? undefined : `${web}/-/${what}/${id}`;
}

/** How a job or a pipeline stands; one that is allowed to fail, or that waits for a person and may, does not matter. */
export function jobState(status: string, mayFail = false): CheckState {
  if (status === 'success') return 'success';
  if (status === 'skipped') return 'neutral';
  if (status === 'failed' || status === 'canceled') return mayFail ? 'neutral' : 'failure';
  return status === 'manual' && mayFail ? 'neutral' : 'pending';
}

const job = z.object({
  build_id: z.number().int(),
  build_name: z.string(),
  build_status: z.string(),
  build_allow_failure: z.boolean().nullish(),
  build_created_at: maybeTime,
  build_started_at: maybeTime,
  build_finished_at: maybeTime,
  sha: fullSha,
  project: project.nullish(),
  repository: z.object({ homepage: maybeText, git_ssh_url: maybeText, git_http_url: maybeText }),
});

function jobNews(body: z.output<typeof job>): readonly HostNews[] {
  const { homepage: web_url, ...urls } = body.repository;
  // Older servers name no project here.
  const where = body.project ?? { path_with_namespace: undefined, web_url, ...urls };
  const url = pageOf(where, 'jobs', body.build_id);
  const fact: CheckFact = {
    sha: body.sha,
    name: body.build_name,
    state: jobState(body.build_status, body.build_allow_failure === true),
    at: firstTime(body.build_finished_at, body.build_started_at, body.build_created_at),
    run: body.build_id,
    ...(url === undefined ? {} : { url }),
  };
  return [{ kind: 'checks', repository: repositoryOf(where), facts: [fact] }];
}

/** How each kind of GitLab's bodies is read. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ['push', reading(push, pushNews)],
  ['tag_push', reading(push, pushNews)],
  ['repository_update', reading(update, updateNews)],
  ['pipeline', reading(pipeline, pipelineNews)],
  ['build', reading(job, jobNews)],
]);
