import { z } from 'zod';
import type { CheckFact } from '../../../core/check.js';
import type { DeploymentRecord, HostApi, HostPath } from '../../../core/host.js';
import { newestOfEach } from '../../../core/newest-fact.js';
import { ok, type Result } from '../../../core/result.js';
import { asBearer, encodedPath, openClient } from '../client.js';
import { type HostHttp, nextLink } from '../http.js';
import { rights, setStatus } from '../own-status.js';
import type { HostParts } from '../parts.js';
import { firstTime, maybeText, maybeTime } from '../read.js';
import { runState } from './news.js';

const publicApi = 'https://api.github.com';

/** The API of GitHub, or of GitHub Enterprise Server; undefined without a token. */
export function createGithubApi(parts: HostParts): HostApi | undefined {
  const http = openClient(parts, parts.apiUrl ?? publicApi, (token) => ({
    ...asBearer(token, undefined),
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }));
  if (http === undefined) return undefined;
  return {
    facts: (repository, sha) => facts(http, repository, sha),
    rights: (repository) => rights(http, repository),
    setStatus: (repository, status) => setStatus(http, repository, status),
    recordDeployment: (repository, record, known) => recordDeployment(http, repository, record, known),
  };
}

const runs = z.object({
  check_runs: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      status: z.string(),
      conclusion: maybeText,
      html_url: maybeText,
      details_url: maybeText,
      started_at: maybeTime,
      completed_at: maybeTime,
    }),
  ),
});

const combined = z.object({
  statuses: z.array(
    z.object({
      id: z.number().int(),
      context: z.string(),
      state: z.string(),
      target_url: maybeText,
      created_at: maybeTime,
      updated_at: maybeTime,
    }),
  ),
});

/** Checks are of two sorts there: runs of apps, and statuses that others set. */
async function facts(http: HostHttp, path: HostPath, sha: string): Promise<Result<readonly CheckFact[]>> {
  const commit = `/repos/${encodedPath(path)}/commits/${sha}`;
  const [ofRuns, ofStatuses] = await Promise.all([
    http.pages(`${commit}/check-runs?per_page=100`, runs, nextLink),
    http.pages(`${commit}/status?per_page=100`, combined, nextLink),
  ]);
  if (!ofRuns.ok) return ofRuns;
  if (!ofStatuses.ok) return ofStatuses;
  return ok(
    newestOfEach([
      ...ofRuns.value.flatMap((page) => page.check_runs).map((run) => runFact(sha, run)),
      ...ofStatuses.value.flatMap((page) => page.statuses).map((status) => statusFact(sha, status)),
    ]),
  );
}

function runFact(sha: string, run: z.output<typeof runs>['check_runs'][number]): CheckFact {
  const url = run.html_url ?? run.details_url;
  return {
    sha,
    name: run.name,
    state: runState(run.status, run.conclusion),
    at: firstTime(run.completed_at, run.started_at),
    run: run.id,
    ...(url === undefined ? {} : { url }),
  };
}

function statusFact(sha: string, status: z.output<typeof combined>['statuses'][number]): CheckFact {
  const { state, target_url: url } = status;
  return {
    sha,
    name: status.context,
    state: state === 'success' || state === 'pending' ? state : 'failure',
    at: firstTime(status.updated_at, status.created_at),
    run: status.id,
    ...(url === undefined ? {} : { url }),
  };
}

const made = z.object({ id: z.number().int() });

async function recordDeployment(
  http: HostHttp,
  path: HostPath,
  record: DeploymentRecord,
  known: string | undefined,
): Promise<Result<string>> {
  const deployments = `/repos/${encodedPath(path)}/deployments`;
  const id = known === undefined ? await makeRecord(http, deployments, record) : ok(known);
  if (!id.ok) return id;
  const { state, description, url, environment } = record;
  const body = {
    state: state === 'pending' ? 'in_progress' : state,
    ...{ description, environment },
    log_url: url,
  };
  const told = await http.post(`${deployments}/${id.value}/statuses`, body, z.unknown());
  return told.ok ? id : told;
}

async function makeRecord(
  http: HostHttp,
  deployments: string,
  { sha, ref, environment, url }: DeploymentRecord,
): Promise<Result<string>> {
  const body = {
    ...{ ref: sha, environment },
    description: `${ref}, by Packtrain`,
    payload: { url },
    // The gate has been passed already, and nothing is merged.
    auto_merge: false,
    required_contexts: [],
  };
  const done = await http.post(deployments, body, made);
  return done.ok ? ok(`${done.value.id}`) : done;
}
