import { z } from 'zod';
import type { CheckFact, CheckState } from '../../../core/check.js';
import type { HostNews, HostRepository } from '../../../core/host.js';
import type { Pusher } from '../../../core/pusher.js';
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

const repository = z.object({
  full_name: z.string(),
  html_url: maybeText,
  clone_url: maybeText,
  ssh_url: maybeText,
  git_url: maybeText,
});

function repositoryOf(one: z.output<typeof repository>): HostRepository {
  const urls = known([one.clone_url, one.ssh_url, one.html_url, one.git_url]);
  return { urls, path: one.full_name };
}

const push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  forced: z.boolean().optional(),
  head_commit: z
    .object({ id: z.string(), message: z.string(), author: z.object({ name: z.string() }) })
    .nullish(),
  pusher: z.object({ name: maybeText }).nullish(),
  sender: z.object({ login: maybeText, id: maybeId }).nullish(),
  repository,
});

function pushNews(body: z.output<typeof push>): readonly HostNews[] {
  const { head_commit: head } = body;
  const commit = head && { sha: head.id, message: head.message, author: head.author.name };
  const changes = refChange({ ...body, isForced: body.forced, commits: [commit ?? undefined] });
  const pusher = pusherOf(body);
  return [
    {
      kind: 'push',
      repository: repositoryOf(body.repository),
      changes,
      ...(pusher === undefined ? {} : { pusher }),
    },
  ];
}

function pusherOf({ pusher, sender }: z.output<typeof push>): Pusher | undefined {
  const login = pusher?.name;
  // Whoever sent the event need not be who pushed.
  return pusherNamed({ login, id: sender?.login === login ? sender?.id : undefined });
}

const status = z.object({
  id: z.number().int(),
  sha: fullSha,
  context: z.string(),
  state: z.enum(['pending', 'success', 'failure', 'error']),
  target_url: maybeText,
  created_at: maybeTime,
  updated_at: maybeTime,
  repository,
});

function statusNews(body: z.output<typeof status>): readonly HostNews[] {
  const fact: CheckFact = {
    sha: body.sha,
    name: body.context,
    state: body.state === 'error' ? 'failure' : body.state,
    at: firstTime(body.updated_at, body.created_at),
    run: body.id,
    ...(body.target_url === undefined ? {} : { url: body.target_url }),
  };
  return [{ kind: 'checks', repository: repositoryOf(body.repository), facts: [fact] }];
}

const checkRun = z.object({
  check_run: z.object({
    id: z.number().int(),
    name: z.string(),
    head_sha: fullSha,
    status: z.string(),
    conclusion: maybeText,
    html_url: maybeText,
    details_url: maybeText,
    started_at: maybeTime,
    completed_at: maybeTime,
  }),
  repository,
});

function checkRunNews(body: z.output<typeof checkRun>): readonly HostNews[] {
  const run = body.check_run;
  const url = run.html_url ?? run.details_url;
  const fact: CheckFact = {
    sha: run.head_sha,
    name: run.name,
    state: runState(run.status, run.conclusion),
    at: firstTime(run.completed_at, run.started_at),
    run: run.id,
    ...(url === undefined ? {} : { url }),
  };
  return [{ kind: 'checks', repository: repositoryOf(body.repository), facts: [fact] }];
}

/** How a check run stands, by its status and, once that is `completed`, its conclusion. */
export function runState(status: string, conclusion: string | undefined): CheckState {
  if (status !== 'completed') return 'pending';
  if (conclusion === 'success') return 'success';
  return conclusion === 'neutral' || conclusion === 'skipped' ? 'neutral' : 'failure';
}

const checkSuite = z.object({
  action: z.string(),
  check_suite: z.object({ head_sha: fullSha }),
  repository,
});

const workflowRun = z.object({
  action: z.string(),
  workflow_run: z.object({ head_sha: fullSha }),
  repository,
});

// A suite and a workflow stand for many checks, whose names they don't tell.
function askFor(one: z.output<typeof repository>, sha: string): readonly HostNews[] {
  return [{ kind: 'checks-changed', repository: repositoryOf(one), sha }];
}

/** How each event of GitHub is read. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ['push', reading(push, pushNews)],
  ['status', reading(status, statusNews)],
  ['check_run', reading(checkRun, checkRunNews)],
  ['check_suite', reading(checkSuite, (body) => askFor(body.repository, body.check_suite.head_sha))],
  ['workflow_run', reading(workflowRun, (body) => askFor(body.repository, body.workflow_run.head_sha))],
]);
