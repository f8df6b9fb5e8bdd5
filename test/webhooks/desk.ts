import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config/parse.js';
import type { CheckFact } from '../../src/core/check.js';
import type { DeliveryView } from '../../src/core/delivery.js';
import type { PushedCode } from '../../src/core/pusher.js';
import { createRedactor, type Redactor } from '../../src/core/redact.js';
import type { DrivenHost } from '../../src/drivers/hosts/open.js';
import { openHost } from '../../src/drivers/hosts/open.js';
import { openStore, type Store } from '../../src/store/open.js';
import type { PushedCommit } from '../../src/store/pushers.js';
import type { HookDeps, MovedHint } from '../../src/webhooks/deps.js';
import { openWebhooks, type RunningWebhooks } from '../../src/webhooks/webhooks.js';
import { proofOf, type SavedPost } from '../fixtures/hosts.js';

/** The webhooks over a real database, with whom they tell writing down what he is told. */
export interface Desk {
  readonly webhooks: RunningWebhooks;
  readonly store: Store;
  readonly redactor: Redactor;
  /** What was logged as a warning. */
  readonly complaints: readonly string[];
  readonly moved: MovedHint[];
  readonly facts: { repository: string; facts: readonly CheckFact[] }[];
  readonly asked: { repository: string; sha: string }[];
  readonly pushed: PushedCommit[];
  readonly codes: PushedCode[];
  /** Posts a delivery without HTTP. */
  post(host: string, post: SavedPost): ReturnType<RunningWebhooks['receive']>;
  /** The same, signed with the host's secret. */
  postSigned(kind: DrivenHost, post: SavedPost): ReturnType<RunningWebhooks['receive']>;
  /** Waits until all that was kept was looked at; the newest first. */
  settled(): Promise<readonly DeliveryView[]>;
  /** Stops, and starts anew on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly databaseUrl: string;
  readonly config?: string;
  /** Whom the webhooks tell, in place of somebody who writes it down. */
  readonly deps?: Partial<HookDeps>;
  /** How long a delivery waits for the database, in milliseconds; as usual unless given. */
  readonly patienceMs?: () => number;
}

export const secret = 'the secret of the webhooks';
const env: Readonly<Record<string, string>> = { HOOK_SECRET: secret };

/** One repository of two packs at each kind of host. */
export const usualConfig = `
repositories:
  house-packs:
    repo: git@github.com:Kitchen-Ops/House-Packs.git
    subtree: true
    auto_deployment: { branch: main }
  at-gitlab: { repo: 'ssh://git@git.example.com:2222/kitchen/ops/house-packs', auto_deployment: { branch: main } }
  at-bitbucket: { repo: 'https://bitbucket.org/kitchen-ops/house-packs/', auto_deployment: { branch: main } }
  at-server: { repo: 'https://bb.example.com/bitbucket/scm/OPS/house-packs.git', auto_deployment: { branch: main } }
  at-gitea: { repo: 'https://git.example.org:443/kitchen-ops/house-packs', auto_deployment: { branch: main } }
hosts:
  github: { webhook_secret: { env: HOOK_SECRET } }
  gitlab: { webhook_secret: { env: HOOK_SECRET }, domains: [git.example.com] }
  bitbucket-cloud: { webhook_secret: { env: HOOK_SECRET } }
  bitbucket-server: { webhook_secret: { env: HOOK_SECRET }, domains: [bb.example.com] }
  gitea: { webhook_secret: { env: HOOK_SECRET }, domains: [git.example.org] }
  generic: { webhook_secret: { env: HOOK_SECRET } }
  quiet: { kind: github, domains: [quiet.example.com] }
`;

/** Opens a desk; the caller closes it. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const place = { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' };
  const loaded = parseConfig(options.config ?? usualConfig, place);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const clock = { now: () => new Date() };
  const hosts = new Map(
    [...config.hosts.values()].map((host) => [host.name, openHost(host.kind, { name: host.name, clock })]),
  );
  const complaints: string[] = [];
  const complain = (_: object, message: string) => void complaints.push(message);
  const log = { debug: () => {}, info: () => {}, warn: complain, error: complain };
  const dataDir = await mkdtemp(join(tmpdir(), 'packtrain-desk-'));
  const redactor = createRedactor();
  const opened = await openStore({ dataDir, databaseUrl: options.databaseUrl, log, redactor });
  if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
  const store = opened.value;
  const told = { moved: [] as MovedHint[], facts: [] as Desk['facts'], asked: [] as Desk['asked'] };
  const people = { pushed: [] as PushedCommit[], codes: [] as PushedCode[] };
  const open = () =>
    openWebhooks({
      db: store.db,
      config: () => config,
      hostNamed: (name) => hosts.get(name),
      env: (name) => env[name],
      clock,
      redactor,
      log,
      noteMoved: async (hint) => told.moved.push(hint),
      recordFacts: async (repository, facts) => told.facts.push({ repository, facts }),
      askFacts: async (repository, sha) => told.asked.push({ repository, sha }),
      notePushed: async (pushed) => people.pushed.push(pushed),
      noteCode: async (pushed) => people.codes.push(pushed),
      ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
      ...options.deps,
    });
  let webhooks = open();
  const desk: Desk = {
    get webhooks() {
      return webhooks;
    },
    store,
    redactor,
    complaints,
    ...told,
    ...people,
    post: (host, { headers, body }) =>
      webhooks.receive({ host, headers, readBody: async () => Buffer.from(body) }),
    postSigned: (kind, { headers, body }) =>
      desk.post(kind, { headers: { ...headers, ...proofOf(kind, body, secret) }, body }),
    async settled() {
      for (;;) {
        const waiting = await store.db
          .selectFrom('deliveries')
          .select('id')
          .where('looked_at', 'is', null)
          .limit(1)
          .execute();
        if (waiting.length === 0) return await webhooks.list(500);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async restart() {
      await webhooks.close();
      webhooks = open();
    },
    async close() {
      await webhooks.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return desk;
}
