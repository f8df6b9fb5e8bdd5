import { z } from 'zod';
import type { CheckFact, CheckState } from '../../../core/check.js';
import type { HostNews, HostRepository } from '../../../core/host.js';
import {
  firstTime,
  fullSha,
  maybeId,
  maybeText,
  maybeTime,
  pusherNamed,
  type Reader,
  reading,
  refChange,
} from '../read.js';

const links = z.object({
  clone: z.array(z.object({ href: z.string() })).nullish(),
});

const repository = z.object({
  slug: z.string(),
  project: z.object({ key: z.string() }),
  // Older servers send none.
  links: links.nullish(),
});

function repositoryOf({ slug, project, links: found }: z.output<typeof repository>): HostRepository {
  return { urls: (found?.clone ?? []).map(({ href }) => href), path: `${project.key}/${slug}` };
}

const commit = z.object({
  id: z.string(),
  message: z.string(),
  author: z.object({ name: z.string() }),
});

const push = z.object({
  actor: z.object({ name: maybeText, id: maybeId }).nullish(),
  repository,
  changes: z.array(
    z.object({
      ref: z.object({ id: z.string() }),
      fromHash: z.string(),
      toHash: z.string(),
    }),
  ),
  // Newer servers send the newest commits too.
  commits: z.array(commit).nullish(),
  toCommit: commit.nullish(),
});

function pushNews(body: z.output<typeof push>): readonly HostNews[] {
  const told = [...(body.commits ?? []), ...(body.toCommit ? [body.toCommit] : [])];
  const commits = told.map(({ id, message, author }) => ({ sha: id, message, author: author.name }));
  const changes = body.changes.flatMap(({ ref, fromHash: before, toHash: after }) =>
    refChange({ ref: ref.id, before, after, commits }),
  );
  const pusher = pusherNamed({ login: body.actor?.name, id: body.actor?.id });
  return [
    {
      kind: 'push',
      repository: repositoryOf(body.repository),
      changes,
      ...(pusher === undefined ? {} : { pusher }),
    },
  ];
}

const build = z.object({
  key: z.string(),
  name: maybeText,
  state: z.string(),
  url: maybeText,
  dateAdded: maybeTime,
  createdDate: maybeTime,
  updatedDate: maybeTime,
});

/** The server itself tells of no builds; its add-ons do, in this form. */
const buildStatus = z
  .object({
    commit: z.union([fullSha, z.object({ id: fullSha }).transform(({ id }) => id)]),
    repository: repository.nullish(),
    status: build.nullish(),
    buildStatus: build.nullish(),
  })
  .refine((body) => (body.status ?? body.buildStatus) !== undefined, {
    error: 'no status',
    path: ['status'],
  });

function buildNews(body: z.output<typeof buildStatus>): readonly HostNews[] {
  const one = body.status ?? body.buildStatus;
  if (!one || !body.repository) return [{ kind: 'none', what: 'a build without a repository' }];
  const fact: CheckFact = {
    sha: body.commit,
    name: one.name ?? one.key,
    state: buildState(one.state),
    at: firstTime(one.updatedDate, one.dateAdded, one.createdDate),
    ...(one.url === undefined ? {} : { url: one.url }),
  };
  return [{ kind: 'checks', repository: repositoryOf(body.repository), facts: [fact] }];
}

/** How a build stands. */
export function buildState(state: string): CheckState {
  if (state === 'SUCCESSFUL') return 'success';
  return state === 'INPROGRESS' || state === 'UNKNOWN' ? 'pending' : 'failure';
}

/** How each event of Bitbucket Server is read. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ['repo:refs_changed', reading(push, pushNews)],
  ['repo:build_status', reading(buildStatus, buildNews)],
]);
