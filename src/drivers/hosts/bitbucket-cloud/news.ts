import { z } from 'zod';
import type { CheckFact, CheckState } from '../../../core/check.js';
import type { HostNews, HostRepository, RefChange } from '../../../core/host.js';
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
} from '../read.js';

const repository = z.object({
  full_name: z.string(),
  links: z.object({ html: z.object({ href: maybeText }).nullish() }).nullish(),
});

function repositoryOf(one: z.output<typeof repository>): HostRepository {
  return { urls: known([one.links?.html?.href]), path: one.full_name };
}

const ref = z.object({
  type: z.string(),
  name: z.string(),
  target: z
    .object({
      hash: z.string(),
      message: maybeText,
      author: z.object({ raw: maybeText, user: z.object({ display_name: maybeText }).nullish() }).nullish(),
    })
    .nullish(),
});

const push = z.object({
  actor: z
    .object({ nickname: maybeText, display_name: maybeText, account_id: maybeId, uuid: maybeId })
    .nullish(),
  repository,
  push: z.object({
    changes: z.array(z.object({ forced: z.boolean().optional(), old: ref.nullish(), new: ref.nullish() })),
  }),
});

type Change = z.output<typeof push>['push']['changes'][number];

function pushNews(body: z.output<typeof push>): readonly HostNews[] {
  const { nickname, display_name: called, account_id: id = body.actor?.uuid } = body.actor ?? {};
  // Nicknames are nobody's own there.
  const pusher = pusherNamed({ name: nickname ?? called, id });
  return [
    {
      kind: 'push',
      repository: repositoryOf(body.repository),
      changes: body.push.changes.flatMap(changeOf),
      ...(pusher === undefined ? {} : { pusher }),
    },
  ];
}

function changeOf({ forced, old, new: fresh }: Change): readonly RefChange[] {
  const either = fresh ?? old;
  if (either === undefined || either === null) return [];
  const before = old?.target?.hash;
  const head = fresh === null || fresh === undefined ? undefined : headOf(fresh);
  return [
    {
      kind: either.type.includes('tag') ? 'tag' : 'branch',
      name: either.name,
      how: head === undefined ? 'deleted' : before === undefined ? 'created' : 'moved',
      ...(before === undefined ? {} : { before }),
      ...(head === undefined ? {} : { after: head.sha, head }),
      ...(forced === undefined ? {} : { isForced: forced }),
    },
  ];
}

function headOf({ target }: z.output<typeof ref>) {
  if (target === null || target === undefined) return undefined;
  const { hash: sha, message = '', author } = target;
  // Raw is as Git has it: `Ann <ann@example.com>`.
  return { sha, message, author: author?.user?.display_name ?? author?.raw?.replace(/\s*<.*$/, '') ?? '' };
}

const status = z.object({
  repository,
  commit_status: z.object({
    key: z.string(),
    name: maybeText,
    state: z.string(),
    url: maybeText,
    created_on: maybeTime,
    updated_on: maybeTime,
    commit: z.object({ hash: fullSha }).nullish(),
    links: z.object({ commit: z.object({ href: z.string() }).nullish() }).nullish(),
  }),
});

function statusNews(body: z.output<typeof status>): readonly HostNews[] {
  const one = body.commit_status;
  // Older deliveries tell the commit by its address alone.
  const sha = one.commit?.hash ?? /\/commit\/([0-9a-f]{40})\b/.exec(one.links?.commit?.href ?? '')?.[1];
  if (sha === undefined) return [{ kind: 'none', what: 'a build without a commit' }];
  const fact: CheckFact = {
    sha,
    name: one.name ?? one.key,
    state: buildState(one.state),
    at: firstTime(one.updated_on, one.created_on),
    ...(one.url === undefined ? {} : { url: one.url }),
  };
  return [{ kind: 'checks', repository: repositoryOf(body.repository), facts: [fact] }];
}

/** How a build stands. */
export function buildState(state: string): CheckState {
  if (state === 'SUCCESSFUL') return 'success';
  return state === 'INPROGRESS' ? 'pending' : 'failure';
}

/** How each event of Bitbucket Cloud is read. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ['repo:push', reading(push, pushNews)],
  ['repo:commit_status_created', reading(status, statusNews)],
  ['repo:commit_status_updated', reading(status, statusNews)],
]);
