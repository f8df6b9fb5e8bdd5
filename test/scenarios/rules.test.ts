import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { joinRoom, type Talk } from '../fixtures/talk.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let bell: FixtureRepository;
let server: ServerFixture;
let room: Talk;
let config: string;

beforeAll(async () => {
  kitchen = await makeRepository({
    files: { ...packFiles('beans', { root: 'packs/beans/' }), ...packFiles('ears', { root: 'packs/ears/' }) },
  });
  await kitchen.setBranch('feature/wax', await kitchen.sha('main'));
  bell = await makeRepository({ files: packFiles('bell') });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => {
      config = `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
admins: [jjm]
access:
  - allow: everybody
    commands: [deploy, rollback, cancel]
  - deny: everybody
    commands: [deploy]
    packs: [ears]
    branches: ["feature/*"]
    because: ears are delicate
`;
      return config;
    },
  });
  room = await joinRoom(server);
});
afterAll(async () => {
  room?.leave();
  await server?.close();
  await Promise.all([kitchen, bell].map((repository) => repository?.remove()));
});

describe('the rules of the config', () => {
  it('refuse what they deny, with the rule, its reason and who can', async () => {
    const reply = await room.ask('!pack deploy Kitchen ears feature/wax');

    expect(reply.text).toBe(
      'You may not: packtrain.yaml:11 denies everybody `deploy` for pack ears from branch feature/*, because ears are delicate. Nobody can until the config lets somebody.',
    );
    expect(existsSync(join(server.live, 'ears'))).toBe(false);
  });

  it('let through what they do not speak of', async () => {
    expect((await room.ask('!pack deploy Kitchen ears')).verdict).toMatch(/^✅ \*ears\*/);
  });
});

describe('a pack folder that somebody put there by hand', () => {
  beforeAll(async () => {
    await mkdir(join(server.live, 'beans'));
    await writeFile(join(server.live, 'beans', 'mine.txt'), 'precious');
  });

  it('is left alone, and the answer says what to do', async () => {
    const reply = await room.ask('!pack deploy Kitchen beans');
    expect(reply.verdict).toMatch(/^❌ \*beans\*/);
    expect(reply.text).toMatch(
      /beans is a folder that Packtrain did not put there\. Deploy beans with --adopt/,
    );
    expect(await readFile(join(server.live, 'beans', 'mine.txt'), 'utf8')).toBe('precious');
  });

  it('is not adopted for just anybody', async () => {
    const reply = await room.ask('!pack deploy Kitchen beans --adopt', 'ann');
    expect(reply.text).toContain('You may not: only admins may deploy by force. jjm can.');
    expect(await readFile(join(server.live, 'beans', 'mine.txt'), 'utf8')).toBe('precious');
  });

  it('is adopted for an admin, and kept', async () => {
    const reply = await room.ask('!pack deploy Kitchen beans --adopt', 'jjm');
    expect(reply.verdict).toMatch(/^✅ \*beans\* from \*Kitchen\* is live/);
    expect(existsSync(join(server.live, 'beans', 'pack.yaml'))).toBe(true);
    expect(await filesNamed(server.dir, 'mine.txt')).toEqual(['precious']);
  });
});

describe('the config, while the server runs', () => {
  it('is refused when it is wrong, and the one before stays in force', async () => {
    await writeFile(join(server.dir, 'packtrain.yaml'), config.replace('subtree', 'subtre'));
    process.kill(server.pid, 'SIGHUP');
    await expect.poll(() => server.output).toContain('Did you mean \\"subtree\\"?');
    expect((await room.ask('!pack deploy Kitchen beans')).verdict).toMatch(/^✅ Nothing to do/);
  });

  it('gets a new repository, which can be deployed at once', async () => {
    const added = `repositories:\n  Bell: { repo: ${bell.url}, subtree: false }\n`;
    await writeFile(join(server.dir, 'packtrain.yaml'), config.replace('repositories:\n', added));
    process.kill(server.pid, 'SIGHUP');
    await expect.poll(() => server.output).toContain('the config changed and is in force');
    expect((await room.ask('!pack deploy Bell')).verdict).toMatch(/^✅ \*bell\* from \*Bell\* is live/);
  });

  it('says so when it was read again for nothing', async () => {
    process.kill(server.pid, 'SIGHUP');
    await expect.poll(() => server.output).toContain('nothing in it has changed');
  });

  it('leads links elsewhere when the pages got another address, and says what waits for a start', async () => {
    const moved = 'web: { public_url: "https://packs.example.com", port: 9 }\n';
    await writeFile(join(server.dir, 'packtrain.yaml'), `${config}${moved}`);
    process.kill(server.pid, 'SIGHUP');
    await expect.poll(() => server.output).toContain('served changes with the next start');
    const reply = await room.ask('!pack deploy Kitchen ears');
    expect(reply.text).toContain('https://packs.example.com/deployments/');
  });
});

/** The contents of all files of a name below a folder. */
async function filesNamed(folder: string, name: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true });
  return Promise.all(
    all.filter((path) => path.endsWith(`/${name}`)).map((path) => readFile(join(folder, path), 'utf8')),
  );
}
