import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Automation, startAutomation } from '../../src/automation/automation.js';
import type { Config } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse.js';
import { refuse } from '../../src/core/reason.js';
import { createRedactor } from '../../src/core/redact.js';
import type { Repository } from '../../src/core/repository.js';
import { ok, type Result, refused } from '../../src/core/result.js';
import { createGit, type Git } from '../../src/git/git.js';
import type { RemoteBranches } from '../../src/git/look.js';
import { openStore, type Store } from '../../src/store/open.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { withPostgres } from '../fixtures/postgres.js';

const count = { quiet: 991, hanging: 6, real: 3 };
type Kind = keyof typeof count;
const kinds: readonly Kind[] = ['quiet', 'hanging', 'real'];
const names = kinds.flatMap((kind) => Array.from({ length: count[kind] }, (_, i) => `${kind}-${i}`));
const kindOf = (name: string) => kinds.find((kind) => name.startsWith(kind)) ?? 'real';

const [minute, everyMinutes, atOnce, failingAtOnce] = [60_000, 10, 40, 4];
const postgres = withPostgres();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let dir: string;
let store: Store;
let remote: FixtureRepository;
let git: Git;
let automation: Automation;
let sha: string;
const clock = { now: () => new Date() };
/** How often each was asked, and how many at the same time: now, and at most. */
let asked: Map<string, number>;
let most: Record<Kind, number>;
const open = { quiet: 0, hanging: 0, real: 0 };
let hang: { readonly isOver: Promise<void>; end(): void };

function beginRound(): void {
  asked = new Map(names.map((name) => [name, 0]));
  most = { quiet: 0, hanging: 0, real: 0 };
  let end: () => void = () => undefined;
  const isOver = new Promise<void>((resolve) => {
    end = resolve;
  });
  hang = { isOver, end: () => end() };
}

/** Remotes that cost no process, but for a few that git asks; none has moved. */
async function look(repository: Repository): Promise<Result<RemoteBranches>> {
  const { name } = repository;
  const kind = kindOf(name);
  if (kind === 'real') return await git.lookAt(repository);
  if (kind === 'quiet') return await sleep(1, ok(new Map([['main', sha]])));
  await hang.isOver;
  return refused(refuse('remote-timeout', { repository: name, host: 'git.example.com', seconds: 30 }));
}

async function lookAt(repository: Repository): Promise<Result<RemoteBranches>> {
  const kind = kindOf(repository.name);
  asked.set(repository.name, (asked.get(repository.name) ?? 0) + 1);
  open[kind] += 1;
  most[kind] = Math.max(most[kind], open[kind]);
  return await look(repository).finally(() => {
    open[kind] -= 1;
  });
}

const never = () => Promise.reject(new Error('nothing has moved'));

/** A config of one repository, made a thousand. */
function thousand(url: string): Config {
  const text = `repositories: { one: { repo: "${url}", auto_deployment: { branch: main, poll_every: ${everyMinutes}m } } }
targets: { default: { kind: directory, path: /srv/packs } }`;
  const parsed = parseConfig(text, { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' });
  const one = parsed.ok ? parsed.config.repositories.get('one') : undefined;
  if (!parsed.ok || one === undefined) throw new Error(JSON.stringify(parsed));
  return { ...parsed.config, repositories: new Map(names.map((name) => [name, { ...one, name }])) };
}

beforeAll(async () => {
  beginRound();
  dir = await mkdtemp(join(tmpdir(), 'packtrain-thousand-'));
  remote = await makeRepository({ files: { 'pack.yaml': 'ref: beans\n' } });
  sha = await remote.sha('main');
  const redactor = createRedactor();
  const opened = await openStore({ dataDir: dir, databaseUrl: postgres.url, log: silent, redactor });
  if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
  store = opened.value;
  git = createGit({ dataDir: dir, redactor, env: (name) => process.env[name] });
  // They were seen before the server was away.
  const seen =
    "insert into packtrain.watches (repository, branch, sha, next_look_at) select unnest($1::text[]), 'main', $2, now()";
  await postgres.query(seen, [names, sha]);
  const config = thousand(remote.url);
  const forPushes = { compare: never, needs: never, packsAt: never, supersedeOlder: never };
  const deployments = { request: never };
  const deps = { db: store.db, config: () => config, deployments, forPushes, clock, log: silent };
  automation = await startAutomation(
    { ...deps, git: { ...git, lookAt }, serverId: 'test-server' },
    { atOnce, failingAtOnce, tickMs: 20 },
  );
});
afterAll(async () => {
  hang.end();
  await automation.stop();
  await git.close();
  await store.close();
  await remote.remove();
  await rm(dir, { recursive: true, force: true });
});

const timesAsked = (kind: Kind) =>
  names.filter((name) => kindOf(name) === kind).map((name) => asked.get(name));

/** In how many minutes each that does not hang is asked again. */
async function waits(): Promise<readonly number[]> {
  const rows = await postgres.query(
    "select next_look_at as at from packtrain.watches where repository not like 'hanging%'",
  );
  return rows.map(({ at }) => ((at as Date).getTime() - clock.now().getTime()) / minute);
}

describe('a thousand repositories', () => {
  it('are each asked once, a few at a time, though some hang', async () => {
    await expect.poll(async () => Math.min(...(await waits()))).toBeGreaterThan(0);
    expect(timesAsked('quiet')).toEqual(Array(count.quiet).fill(1));
    expect(timesAsked('real')).toEqual([1, 1, 1]);
    expect(open.hanging).toBe(count.hanging);
    expect(most.quiet).toBeLessThanOrEqual(atOnce);
  });

  it('are asked again an interval later, a tenth more or less, so that they do not stay together', async () => {
    const all = await waits();
    expect(Math.max(...all)).toBeLessThanOrEqual(1.1 * everyMinutes);
    // As long as it took to ask all is gone already: the test's whole patience at most.
    expect(Math.min(...all)).toBeGreaterThan(0.9 * everyMinutes - 2);
    const tenths = new Set(all.map((wait) => Math.floor(wait * 10)));
    expect(tenths.size).toBeGreaterThan(15);
  });

  it('are held up by fewer once it is known which of them hang', async () => {
    hang.end();
    const known = "select 1 from packtrain.watches where repository like 'hanging%' and attempts > 0";
    await expect.poll(() => postgres.query(known)).toHaveLength(count.hanging);
    beginRound();
    const due =
      "update packtrain.watches set next_look_at = $1 where repository ~ '^hanging' or repository ~ '7$'";
    await postgres.query(due, [clock.now()]);
    await expect.poll(() => open.hanging).toBe(failingAtOnce);
    const again = names.filter((name) => kindOf(name) === 'quiet' && name.endsWith('7'));
    await expect.poll(() => again.every((name) => asked.get(name) === 1)).toBe(true);
    expect(open.hanging).toBe(failingAtOnce);
  });
});
