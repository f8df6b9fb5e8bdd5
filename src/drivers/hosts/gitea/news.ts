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

const repository = z.object({
  full_name: z.string(),
  html_url: maybeText,
  clone_url: maybeText,
  ssh_url: maybeText,
});

type Repository = z.output<typeof repository>;

function repositoryOf(one: Repository): HostRepository {
  return { urls: known([one.clone_url, one.ssh_url, one.html_url]), path: one.full_name };
}

const person = z.object({ login: maybeText, username: maybeText, id: maybeId }).nullish();
const commit = z.object({ id: z.string(), message: z.string(), author: z.object({ name: z.string() }) });

const push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  commits: z.array(commit).nullish(),
  head_commit: commit.nullish(),
  pusher: person,
  repository,
});

function pushNews(body: z.output<typeof push>): readonly HostNews[] {
  const told = [...(body.head_commit ? [body.head_commit] : []), ...(body.commits ?? [])];
  const commits = told.map(({ id, message, author }) => ({ sha: id, message, author: author.name }));
  return changed(body.repository, refChange({ ...body, commits }), body.pusher);
}

function changed(
  one: Repository,
  changes: ReturnType<typeof refChange>,
  by: z.output<typeof person>,
): readonly HostNews[] {
  const pusher = pusherNamed({ login: by?.login ?? by?.username, id: by?.id });
  const said = pusher === undefined ? {} : { pusher };
  return [{ kind: 'push', repository: repositoryOf(one), changes, ...said }];
}

/** Of a branch or a tag that comes or goes: a deleted one makes no push. */
const ref = z.object({
  ref: z.string(),
  ref_type: z.enum(['branch', 'tag']),
  sha: maybeText,
  sender: person,
  repository,
});

function refNews(body: z.output<typeof ref>): readonly HostNews[] {
  const folder = body.ref_type === 'branch' ? 'refs/heads/' : 'refs/tags/';
  const whole = body.ref.startsWith(folder) ? body.ref : `${folder}${body.ref}`;
  return changed(body.repository, refChange({ ref: whole, after: body.sha }), body.sender);
}

const status = z.object({
  sha: fullSha,
  context: z.string(),
  state: z.string(),
  target_url: maybeText,
  created_at: maybeTime,
  updated_at: maybeTime,
  repository,
});

function statusNews(body: z.output<typeof status>): readonly HostNews[] {
  const fact: CheckFact = {
    sha: body.sha,
    name: body.context,
    state: statusState(body.state),
    // By its time alone: its id is another one than the API's.
    at: firstTime(body.created_at, body.updated_at),
    ...(body.target_url === undefined ? {} : { url: body.target_url }),
  };
  return [{ kind: 'checks', repository: repositoryOf(body.repository), facts: [fact] }];
}

/** How a commit status stands. */
export function statusState(state: string): CheckState {
  if (state === 'success' || state === 'pending') return state;
  return state === 'skipped' || state === 'warning' ? 'neutral' : 'failure';
}

const workflowRun = z.object({ workflow_run: z.object({ head_sha: fullSha }), repository });
/** Forgejo's form. */
const actionRun = z.object({ run: z.object({ commit_sha: fullSha, repository }) });

// A run stands for several jobs, each of which has a status of its own.
function askFor(one: Repository, sha: string): readonly HostNews[] {
  return [{ kind: 'checks-changed', repository: repositoryOf(one), sha }];
}

const readActionRun = reading(actionRun, ({ run }) => askFor(run.repository, run.commit_sha));

/** How each event of Gitea and Forgejo is read. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ['push', reading(push, pushNews)],
  ['create', reading(ref, refNews)],
  ['delete', reading(ref, (body) => refNews({ ...body, sha: undefined }))],
  ['status', reading(status, statusNews)],
  ['workflow_run', reading(workflowRun, (body) => askFor(body.repository, body.workflow_run.head_sha))],
  ['action_run_success', readActionRun],
  ['action_run_failure', readActionRun],
  ['action_run_recover', readActionRun],
]);
