import type { Config, HostConfig } from '../config/config.js';
import type { CheckFact } from '../core/check.js';
import type { DeliveryOutcome } from '../core/delivery.js';
import type { HostNews, RefChange } from '../core/host.js';
import type { PushedBy, PushedCode } from '../core/pusher.js';
import type { Repository } from '../core/repository.js';
import type { PushedCommit } from '../store/pushers.js';
import type { MovedHint } from './deps.js';
import { findRepositories } from './find.js';

/** What is to be passed on about one repository. */
export type Message =
  | { readonly kind: 'moved'; readonly hint: MovedHint }
  | { readonly kind: 'pushed'; readonly pushed: PushedCommit }
  | { readonly kind: 'code'; readonly repository: string; readonly pushed: PushedCode }
  | { readonly kind: 'facts'; readonly repository: string; readonly facts: readonly CheckFact[] }
  | { readonly kind: 'ask'; readonly repository: string; readonly sha: string };

/** What a delivery means here. */
export interface Judgement {
  readonly repositories: readonly string[];
  readonly messages: readonly Message[];
  readonly outcome: DeliveryOutcome;
}

/** Says what a host's news mean for the repositories of a config. Pure. */
export function judge(config: Config, host: HostConfig, news: readonly HostNews[]): Judgement {
  const parts = news.flatMap((one) => judgeOne(config, host, one));
  const messages = parts.flatMap((part) => part.messages);
  const what = [...new Set(parts.map((part) => part.what))].join('; ');
  return {
    repositories: [...new Set(parts.flatMap((part) => part.repository ?? []))],
    messages,
    outcome: { kind: messages.length > 0 ? 'noted' : 'nothing', what: shortened(what) },
  };
}

interface Part {
  readonly repository?: string;
  readonly messages: readonly Message[];
  readonly what: string;
}

const longest = 300;

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

function judgeOne(config: Config, host: HostConfig, news: HostNews): readonly Part[] {
  if (news.kind === 'none') return [{ messages: [], what: news.what }];
  const repositories = findRepositories(config, host, news.repository);
  if (repositories.length === 0) {
    const { name, path, urls } = news.repository;
    return [{ messages: [], what: `no repository is configured for ${name ?? path ?? urls[0] ?? 'it'}` }];
  }
  const by = news.kind === 'push' && news.pusher ? { ...news.pusher, host: host.name } : undefined;
  return repositories.flatMap((repository) => forRepository(repository, news, by));
}

function forRepository(
  repository: Repository,
  news: Exclude<HostNews, { kind: 'none' }>,
  by: PushedBy | undefined,
): readonly Part[] {
  const { name } = repository;
  switch (news.kind) {
    case 'push':
      return news.changes.length === 0
        ? [{ repository: name, messages: [], what: 'no branch or tag changed' }]
        : news.changes.map((change) => forChange(repository, change, by));
    case 'checks':
      return [
        {
          repository: name,
          messages: [{ kind: 'facts', repository: name, facts: news.facts }],
          what: factsInWords(news.facts),
        },
      ];
    case 'checks-changed':
      return [
        {
          repository: name,
          messages: [{ kind: 'ask', repository: name, sha: news.sha }],
          what: `checks of ${short(news.sha)} changed`,
        },
      ];
  }
}

/** A branch of this name carries a code of `pack link`. */
const linkBranch = /^packtrain-link-([a-z0-9-]{10,11})$/i;

function forChange(repository: Repository, change: RefChange, by: PushedBy | undefined): Part {
  const { name } = repository;
  const [, code] = linkBranch.exec(change.name) ?? [];
  if (code !== undefined && by !== undefined && change.kind === 'branch' && change.how === 'created') {
    const pushed = { kind: 'code', repository: name, pushed: { code, by } } as const;
    return { repository: name, messages: [pushed], what: 'a branch to join accounts was created' };
  }
  const happened = changeInWords(change);
  const branch = repository.autoDeployment?.branch;
  if (branch === undefined)
    return { repository: name, messages: [], what: `${happened}; ${name} has no auto_deployment` };
  if (change.kind !== 'branch' || change.name !== branch)
    return { repository: name, messages: [], what: `${happened}; only ${branch} is deployed by itself` };
  const sha = change.after === undefined ? {} : { sha: change.after };
  const hint: MovedHint = { repository: name, branch, ...sha, source: 'webhook' };
  const moved = { kind: 'moved', hint } as const;
  if (by === undefined || change.after === undefined)
    return { repository: name, messages: [moved], what: happened };
  const pushed = { repository: name, branch, sha: change.after, by };
  return { repository: name, messages: [{ kind: 'pushed', pushed }, moved], what: happened };
}

function changeInWords({ kind, name, how, after, isForced }: RefChange): string {
  const what = kind === 'tag' ? `tag ${name}` : name;
  if (how === 'deleted') return `${what} was deleted`;
  const verb = how === 'created' ? 'was created' : isForced === true ? 'was forced' : 'moved';
  return after === undefined ? `${what} ${verb}` : `${what} ${verb} to ${short(after)}`;
}

function factsInWords(facts: readonly CheckFact[]): string {
  const [first] = facts;
  if (first === undefined) return 'no checks';
  return `checks of ${short(first.sha)}: ${facts.map(({ name, state }) => `${name} ${state}`).join(', ')}`;
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
