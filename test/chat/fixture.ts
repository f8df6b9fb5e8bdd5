import type { Config } from '../../src/config/config.js';
import type { AccessPolicy } from '../../src/core/access.js';
import type { Actor, Origin } from '../../src/core/actor.js';
import type { Borrow } from '../../src/core/borrow.js';
import type { ChatAdapter, IncomingMessage } from '../../src/core/chat.js';
import type { CommandName } from '../../src/core/commands.js';
import type { ContentDiff } from '../../src/core/content.js';
import type { Deployment, PackOutcome } from '../../src/core/deployment.js';
import type { Lock } from '../../src/core/lock.js';
import type { PackPlan, Plan } from '../../src/core/plan.js';
import type { Repository } from '../../src/core/repository.js';
import type { DeploymentView } from '../../src/deployments/service.js';

export const sha = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d';
export const now = new Date('2026-03-01T12:00:00Z');
export const url = (id: number) => `http://bot/deployments/${id}`;
export const context = { url, now, timeZone: 'UTC' };

export function minutesAgo(minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

/** Somebody on the web, one of Packtrain's own platforms. */
export function onWeb(name: string): Actor {
  return { platform: 'web', userId: name, name };
}

export const ann = onWeb('ann');
export const bob = onWeb('bob');

function repository(name: string, more: Partial<Repository> = {}): [string, Repository] {
  return [
    name,
    { name, url: `https://git.example.com/${name}.git`, subtree: 'packs', target: 'default', ...more },
  ];
}

/** A config with the repositories `house-packs` (many packs) and `doorbell` (one). */
export function configOf(
  more: {
    readonly access?: Partial<AccessPolicy>;
    readonly prefix?: string;
    readonly formats?: readonly (readonly [CommandName, readonly string[]])[];
    readonly repositories?: readonly (readonly [string, Repository])[];
  } = {},
): Config {
  return {
    file: '/etc/packtrain.yaml',
    repositories: new Map(
      more.repositories ?? [repository('house-packs'), repository('doorbell', { subtree: false })],
    ),
    targets: new Map([['default', { kind: 'directory', name: 'default', path: '/opt/packs' }]]),
    hosts: new Map(),
    chats: new Map(),
    access: {
      people: [],
      linking: 'everything',
      admins: ['ann'],
      groups: new Map(),
      rules: [],
      ...more.access,
    },
    api: { keys: new Map() },
    web: { host: '127.0.0.1', port: 0 },
    chat: { prefix: more.prefix ?? '!', web: { channels: ['ops'] }, formats: new Map(more.formats) },
    queue: { confirmWithinMs: 900_000, phrases: [] },
    announcements: { templates: {} },
    timeZone: 'UTC',
    log: { level: 'silent' },
  };
}

export function diffOf(pack: string, more: Partial<ContentDiff> = {}): ContentDiff {
  const nothing = { manifest: [], config: [], content: [], otherFiles: [] };
  return { pack, version: { before: '1.0.0', after: '1.1.0' }, ...nothing, ...more };
}

/** What a plan does to a pack that gets a new alias. */
export function packPlan(pack: string, more: Partial<PackPlan> = {}): PackPlan {
  const alias = {
    type: 'aliases',
    name: 'soak',
    change: 'added',
    description: 'Soaks',
    formats: [`soak ${pack}`],
  } as const;
  return {
    pack,
    path: `packs/${pack}`,
    tree: `t-${pack}`,
    diff: diffOf(pack, { content: [alias] }),
    warnings: [],
    ...more,
  };
}

export function planOf(packs: readonly string[], more: Partial<Plan> = {}): Plan {
  return {
    target: 'default',
    repository: 'house-packs',
    revision: { ref: 'main', sha },
    isDefaultBranch: true,
    packs: packs.map((pack) => packPlan(pack)),
    unchanged: [],
    refused: [],
    commits: [],
    adopt: false,
    ...more,
  };
}

/** A deployment of some packs by ann, as far as its packs are. */
export function deploymentOf(packs: readonly PackOutcome[], more: Partial<Deployment> = {}): Deployment {
  const changing = packs.filter((one) => one.status !== 'unchanged').map((one) => one.pack);
  return {
    id: 42,
    intent: {
      kind: 'deploy',
      repository: 'house-packs',
      packs: { kind: 'named', packs: packs.map((one) => one.pack) },
    },
    requester: ann,
    via: 'chat',
    status: 'running',
    plan: planOf(changing),
    packs,
    requestedAt: minutesAgo(5),
    startedAt: minutesAgo(5),
    ...more,
  };
}

/** The same once it has ended, after 3.2 seconds. */
export function endedOf(packs: readonly PackOutcome[], more: Partial<Deployment> = {}): Deployment {
  const endedAt = new Date(minutesAgo(5).getTime() + 3_200);
  return deploymentOf(packs, { status: 'succeeded', endedAt, ...more });
}

/** A deployment as a reply shows it; nothing is before it and nothing holds it unless told. */
export function viewOf(deployment: Deployment, more: Partial<DeploymentView> = {}): DeploymentView {
  return { deployment, ahead: [], heldBy: [], ...more };
}

/** Bob's borrow of a pack, from 50 minutes ago until in ten. */
export function borrowOf(pack: string, more: Partial<Borrow> = {}): Borrow {
  return {
    id: 1,
    target: 'default',
    pack,
    repository: 'house-packs',
    ref: 'feature/decaf',
    holder: bob,
    deployment: 41,
    since: minutesAgo(50),
    until: minutesAgo(-10),
    overnight: false,
    attempts: 0,
    ...more,
  };
}

/** Bob's lock, from 50 minutes ago. */
export function lockOf(scope: Lock['scope'], more: Partial<Lock> = {}): Lock {
  return { id: 1, scope, by: bob, because: 'the grinder is being cleaned', since: minutesAgo(50), ...more };
}

/** A chat that keeps what is posted and whispered in it. */
export interface FakeChat extends ChatAdapter {
  readonly posted: { readonly to: Origin; readonly key: string; readonly text: string }[];
  readonly whispered: { readonly to: Actor; readonly key: string; readonly text: string }[];
}

export function fakeChat(platform: string): FakeChat {
  const posted: FakeChat['posted'] = [];
  const whispered: FakeChat['whispered'] = [];
  return {
    platform,
    capabilities: { edit: true, maxLength: 4_000 },
    posted,
    whispered,
    start: async () => undefined,
    async post(to, { key, text }) {
      posted.push({ to, key, text });
      return { platform, channel: to.channel, messageId: `p${posted.length}` };
    },
    edit: async () => undefined,
    async whisper(to, _at, { key, text }) {
      whispered.push({ to, key, text });
    },
    findChannel: async () => undefined,
    stop: async () => undefined,
  };
}

let lines = 0;

/** A line as a chat hands it over. */
export function said(text: string, more: Partial<IncomingMessage> = {}): IncomingMessage {
  lines += 1;
  const id = `m${lines}`;
  const origin = { platform: 'web', channel: 'ops', messageId: id };
  return { id, text, author: ann, origin, fromSelf: false, addressed: false, ...more };
}
