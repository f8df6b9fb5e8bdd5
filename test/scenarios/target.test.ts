import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { joinRoom, type Talk } from '../fixtures/talk.js';

const postgres = withPostgres();
const canMount = tryMount();
let kitchen: FixtureRepository;
let server: ServerFixture;
let room: Talk;
let pushes = 0;

beforeAll(async () => {
  kitchen = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/', says: 'push 0' }) });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
  room = await joinRoom(server);
});
afterAll(async () => {
  room?.leave();
  await server?.close();
  await kitchen?.remove();
});

const pushed = () => `push ${pushes}`;
const live = () => readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8');
const push = async (more = {}) => {
  pushes += 1;
  await kitchen.commit({ ...packFiles('beans', { root: 'packs/beans/', says: pushed() }), ...more });
};

async function deploysWell(): Promise<void> {
  expect((await room.ask('!pack deploy Kitchen beans')).verdict).toMatch(/^✅ \*beans\*/);
  expect(await live()).toContain(pushed());
}

describe('a target whose folder is missing', () => {
  it('is told of, loses nothing, and takes the pack once it is back', async () => {
    await deploysWell();
    await push();
    await rename(server.live, `${server.live}.away`);

    const reply = await room.ask('!pack deploy Kitchen beans');

    expect(reply.verdict).toMatch(/^❌ \*beans\* from \*Kitchen\*.* did not go live/);
    expect(reply.text).toContain(`The target default has no folder ${server.live}.`);
    expect(reply.text).toContain('Make the folder');
    await rename(`${server.live}.away`, server.live);
    await deploysWell();
  });
});

describe.skipIf(!canMount)('a target on a disk of its own (needs root and the right to mount)', () => {
  beforeAll(async () => {
    await rename(server.live, `${server.live}.before`);
    await mkdir(server.live);
    mount(server.live, 'size=20m');
  });
  afterAll(() => {
    execFileSync('umount', [server.live]);
  });
  beforeEach(() => push());

  it('that is mounted read-only is told of, and what is live stays', async () => {
    await deploysWell();
    const before = await live();
    await push();
    execFileSync('mount', ['-o', 'remount,ro', server.live]);

    const reply = await room.ask('!pack deploy Kitchen beans');

    expect(reply.verdict).toMatch(/^❌ \*beans\* from \*Kitchen\*.* did not go live/);
    expect(reply.text).toContain('mounted read-only');
    expect(await live()).toBe(before);
    execFileSync('mount', ['-o', 'remount,rw', server.live]);
    await deploysWell();
  });

  it('that is full is told of with figures, and what is live stays', async () => {
    await deploysWell();
    const before = await live();
    await push({ 'packs/beans/etc/beans.bin': Buffer.alloc(24 * 1024 * 1024, 'x') });

    const reply = await room.ask('!pack deploy Kitchen beans');

    expect(reply.verdict).toMatch(/^❌ \*beans\* from \*Kitchen\*.* did not go live/);
    expect(reply.text).toMatch(/too little room in .*: \d+\.\d MiB free, \d+\.\d MiB needed\./);
    expect(await live()).toBe(before);
    await push({ 'packs/beans/etc/beans.bin': null });
    await deploysWell();
  });
});

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'packtrain-test', folder], { stdio: 'ignore' });
}

function tryMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'packtrain-mount-'));
  try {
    mount(folder, 'size=1m');
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
