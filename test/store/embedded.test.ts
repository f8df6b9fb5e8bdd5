import { spawn } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Machine, makeMachine, type Run, type Running } from '../fixtures/store/machine.js';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Tests look into /proc for what processes are and were told. */
const onLinux = describe.runIf(process.platform === 'linux');

let machine: Machine;
let dataDir: string;
let stories = 0;
const running: Running[] = [];

beforeAll(async () => {
  machine = await makeMachine();
});

afterAll(() => machine.remove());

function begin(): void {
  stories += 1;
  dataDir = join(machine.root, `data-${stories}`);
}

async function finish(): Promise<void> {
  for (const child of running.splice(0)) await child.close();
  // Stopping is part of every story here: nothing may be left of any.
  expect(await machine.processes()).toEqual([]);
  // Each is 50 MB, perhaps of memory.
  await rm(dataDir, { recursive: true, force: true });
}

/** Each test of the group has a data directory of its own. */
function aloneEach(): void {
  beforeEach(begin);
  afterEach(finish);
}

/** The tests of the group have one data directory, and what runs there, in common: to make one takes long. */
function inCommon(): void {
  beforeAll(begin);
  afterAll(finish);
}

async function run(options: Partial<Run> = {}): Promise<Running> {
  const child = await machine.run({ command: 'open', dataDir, ...options });
  running.push(child);
  return child;
}

/** Opens the store in a process of its own, which must work. */
async function open(options: Partial<Run> = {}) {
  const child = await run(options);
  if (!child.answer.ok) throw new Error(child.answer.explained.what);
  if (!('postmaster' in child.answer.value)) throw new Error('not an open store');
  return { ...child, ...child.answer.value };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** What the start of an earlier life left behind. */
const furnish = () => machine.furnish(dataDir);

async function refusalOf(options: Partial<Run> = {}) {
  const { answer } = await run(options);
  return answer.ok ? undefined : answer.refusal;
}

async function uidOf(pid: number): Promise<number> {
  return (await stat(`/proc/${pid}`)).uid;
}

async function select(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query('SELECT count(*)::int AS count FROM public.starts')).rows[0]?.count;
  } finally {
    await client.end();
  }
}

onLinux('an embedded PostgreSQL that its first start made', () => {
  let first: Opened;
  inCommon();

  beforeAll(async () => {
    await mkdir(join(dataDir, 'postgres', 'cluster.new-left-by-a-crash', 'base'), { recursive: true });
    first = await open({ env: { PACKS_TOKEN: 'alas-ear-wax' } });
  });

  it('is whole, and what a crash left of an earlier try is gone', async () => {
    const names = await readdir(join(dataDir, 'postgres'));
    expect(names.filter((name) => name.startsWith('cluster'))).toEqual(['cluster']);
  });

  it.runIf(isRoot)('runs as another user than root, in place where that one can go (as root)', async () => {
    expect(await uidOf(first.postmaster)).not.toBe(0);
    expect(first.cluster).toBe(join(dataDir, 'postgres', 'cluster'));
  });

  it('listens on loopback only, and lets nobody in without the password', async () => {
    const address = new URL(first.url);
    expect(address.hostname).toBe('127.0.0.1');
    address.password = 'beans';
    await expect(select(address.href)).rejects.toThrow('password authentication failed');
  });

  it('shows its password to nobody, and is shown none of our environment', async () => {
    const { url, postmaster, cluster } = first;
    const { password } = new URL(url);
    const environment = await readFile(`/proc/${postmaster}/environ`, 'utf8');
    expect(environment).not.toMatch(/alas-ear-wax/);
    const everything = [...(await machine.processes()).map((one) => one.command), environment];
    everything.push(await readFile(join(dataDir, 'postgres', 'server.log'), 'utf8'));
    for (const text of everything) expect(text).not.toContain(password);
    expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(cluster)).mode & 0o777).toBe(0o700);
  });

  it('is refused to a second Packtrain, which learns the pid of the first', async () => {
    expect(await refusalOf()).toEqual({
      code: 'data-dir-in-use',
      params: { dataDir, pid: first.pid, purpose: 'server' },
    });
  });

  // The last of its group, as it ends what the others look at.
  it('keeps its data from start to start, and is gone after a stop', async () => {
    expect(first.starts).toBe(1);
    await first.close();
    expect(await machine.processes()).toEqual([]);
    const second = await open();
    expect(second.starts).toBe(2);
    expect(second.postmaster).not.toBe(first.postmaster);
  });
});

onLinux('an embedded PostgreSQL that cannot start', () => {
  aloneEach();

  it('as it is of another major version, is refused', async () => {
    const cluster = await furnish();
    await writeFile(join(cluster, 'PG_VERSION'), '15\n');
    expect(await refusalOf()).toMatchObject({
      code: 'database-version',
      params: { found: '15', needed: '18' },
    });
  });

  it('without its password file is refused', async () => {
    await furnish();
    await rm(join(dataDir, 'postgres', 'password'));
    expect(await refusalOf()).toMatchObject({ code: 'database-password-missing' });
  });

  it('as it is damaged, says what PostgreSQL says, and where its log is', async () => {
    const cluster = await furnish();
    await rm(join(cluster, 'global', 'pg_control'));
    const refusal = await refusalOf();
    expect(refusal).toMatchObject({
      code: 'database-cannot-start',
      params: { detail: expect.stringContaining('pg_control'), log: join(dataDir, 'postgres', 'server.log') },
    });
  });
});

onLinux('after kill -9', () => {
  aloneEach();

  it('of Packtrain, its hold on the data directory ends, and the PostgreSQL that still runs is taken over', async () => {
    await furnish();
    const first = await open();
    await first.kill();
    const second = await open();
    expect(second.postmaster).toBe(first.postmaster);
    expect(second.starts).toBe(2);
    expect(await refusalOf()).toMatchObject({ code: 'data-dir-in-use' });
  });

  it('of Packtrain and of PostgreSQL, what was committed is still there', async () => {
    await furnish();
    const first = await open();
    process.kill(first.pid, 'SIGKILL');
    process.kill(first.postmaster, 'SIGKILL');
    await first.kill();
    const second = await open();
    expect(second.postmaster).not.toBe(first.postmaster);
    expect(second.starts).toBe(2);
  });

  it('of PostgreSQL alone, it is started again, where its clients look for it', async () => {
    await furnish();
    const { postmaster, url } = await open();
    process.kill(postmaster, 'SIGKILL');
    await expect.poll(() => select(url).catch(() => 'away')).toBe(1);
  });

  it('of Packtrain, a PostgreSQL whose pid now belongs to something else does not block', async () => {
    await furnish();
    const first = await open();
    await first.kill();
    process.kill(first.postmaster, 'SIGKILL');
    const file = join(first.cluster, 'postmaster.pid');
    const owner = await stat(file);
    // A process of the same user is the one that PostgreSQL takes for itself.
    const other = spawn('sleep', ['60'], { uid: owner.uid, gid: owner.gid });
    try {
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(/^\d+/, String(other.pid)));
      expect((await open()).starts).toBe(2);
    } finally {
      other.kill();
    }
  });
});

onLinux('a backup of the embedded database', () => {
  aloneEach();

  it('is made while a server runs and while none does, and restored into a new data directory only', async () => {
    await furnish();
    const file = join(machine.root, 'packs.backup');
    const server = await open();
    const whileRunning = await run({ command: 'backup', file });
    expect(whileRunning.answer.ok).toBe(true);
    expect(await select(server.url)).toBe(1);
    expect(await refusalOf({ command: 'restore', file })).toMatchObject({ code: 'data-dir-in-use' });
    const other = join(machine.root, `restored-${stories}`);
    const restored = await run({ command: 'restore', file, dataDir: other });
    expect(restored.answer).toMatchObject({ ok: true, value: { rows: 1 } });
    await open({ dataDir: other });
    await server.close();
    const afterwards = await run({ command: 'backup', file });
    expect(afterwards.answer).toMatchObject({ ok: true });
  });
});

const onLinuxAsRoot = describe.runIf(isRoot && process.platform === 'linux');

onLinuxAsRoot('from a folder that the user of PostgreSQL cannot enter (as root; skipped for others)', () => {
  let checkout: { readonly from: string; readonly dataDir: string };
  /** What was opened there last. */
  let opened: Opened;
  inCommon();

  beforeAll(async () => {
    const home = dataDir;
    await mkdir(home, { mode: 0o700 });
    checkout = { from: join(home, 'checkout'), dataDir: join(home, 'checkout', 'data') };
    await machine.install(checkout.from);
    opened = await open(checkout);
  });

  it('database and binaries move out', async () => {
    const first = opened;
    expect(first.cluster.startsWith(machine.systemDir)).toBe(true);
    const [postgres = ''] = (await machine.processes())
      .filter((one) => one.pid === first.postmaster)
      .map((one) => one.command);
    expect(postgres.startsWith(join(machine.systemDir, 'postgresql-18'))).toBe(true);
    await first.close();
    opened = await open(checkout);
    expect(opened).toMatchObject({ starts: first.starts + 1, cluster: first.cluster });
  });

  it('a damaged copy of the binaries is made again', async () => {
    const first = opened;
    await first.close();
    const [name = ''] = (await readdir(machine.systemDir)).filter((one) => one.startsWith('postgresql-'));
    await truncate(join(machine.systemDir, name, 'bin', 'postgres'), 100);
    opened = await open(checkout);
    expect(opened).toMatchObject({ starts: first.starts + 1 });
    expect((await readdir(machine.systemDir)).filter((one) => one.startsWith('postgresql-'))).toEqual([name]);
  });

  it('a data directory that was deleted starts empty, and its old database is kept aside', async () => {
    const first = opened;
    await first.kill();
    await rm(checkout.dataDir, { recursive: true });
    await mkdir(checkout.dataDir, { mode: 0o700 });
    opened = await open(checkout);
    expect(opened).toMatchObject({ starts: 1, cluster: first.cluster });
    const aside = (await readdir(machine.systemDir)).filter((name) => name.includes('.old-'));
    expect(aside).toHaveLength(1);
  });

  // The last of its group, as the others look for the data directory where it was.
  it('a copied data directory is refused, one that was moved keeps its database', async () => {
    const first = opened;
    await first.close();
    const { dataDir: original } = checkout;
    const copy = `${original}-copy`;
    await cp(original, copy, { recursive: true });
    expect(await refusalOf({ ...checkout, dataDir: copy })).toMatchObject({
      code: 'data-dir-copied',
      params: { dataDir: copy, original },
    });
    const moved = `${original}-moved`;
    await rename(original, moved);
    opened = await open({ ...checkout, dataDir: moved });
    expect(opened).toMatchObject({ starts: first.starts + 1, cluster: first.cluster });
  });
});

onLinuxAsRoot('as root (skipped for others)', () => {
  aloneEach();

  it('a cluster that a copy made root’s own is given back to its user', async () => {
    const cluster = await furnish();
    await chownAll(cluster, 0);
    await expect(open()).resolves.toMatchObject({ starts: 1, cluster });
    expect((await stat(join(cluster, 'PG_VERSION'))).uid).not.toBe(0);
  });

  it('without the right to become another user is refused', async () => {
    const under = ['setpriv', '--bounding-set', '-setuid,-setgid', '--inh-caps', '-setuid,-setgid'];
    const refusal = await refusalOf({ under });
    expect(refusal).toMatchObject({ code: 'database-needs-user' });
  });

  it('another user is told that the data directory is not theirs', async () => {
    await furnish();
    await chmod(dataDir, 0o700);
    expect(await refusalOf({ uid: nobody })).toMatchObject({ code: 'data-dir-not-yours' });
  });

  it('a plain user runs everything as itself, from an installation that it cannot write to', async () => {
    await mkdir(dataDir);
    await chown(dataDir, nobody, nobody);
    const from = join(machine.root, `installation-${stories}`);
    await machine.install(from);
    const first = await open({ uid: nobody, from });
    expect(await uidOf(first.postmaster)).toBe(nobody);
    expect(first.cluster).toBe(join(dataDir, 'postgres', 'cluster'));
    await first.kill();
    expect(await open({ uid: nobody, from })).toMatchObject({ starts: 2, postmaster: first.postmaster });
  });
});

async function chownAll(folder: string, uid: number): Promise<void> {
  await chown(folder, uid, uid);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, uid);
}
