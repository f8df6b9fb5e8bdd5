import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { type FakeStackStorm, startStackStorm } from '../fixtures/stackstorm/fake.js';
import { openShell, type Shell } from './fixture.js';

let shell: Shell;
let stack: FakeStackStorm;
let database: TestDatabase | undefined;
let packs: string;

beforeEach(async () => {
  shell = await openShell();
  packs = path.join(shell.folder, 'packs');
  await mkdir(packs);
  stack = await startStackStorm({ packsPath: packs });
  shell.env.ST2_API_KEY = stack.key;
  await writeFile(
    path.join(shell.folder, 'packtrain.yaml'),
    `repositories:
  Kitchen: { repo: nowhere.git }
targets:
  default: { kind: stackstorm, url: "${stack.url}", api_key: { env: ST2_API_KEY }, packs_path: packs }
`,
  );
});
afterEach(async () => {
  await database?.drop();
  database = undefined;
  await stack.close();
  await shell.leave();
});

async function lookedAfterBy(owner: string): Promise<void> {
  await mkdir(path.join(packs, '.packtrain'));
  await symlink(`packtrain-${owner}`, path.join(packs, '.packtrain', 'owner'));
}

/** What the doctor says of the target. */
async function ofTarget(): Promise<string> {
  await shell.run('doctor');
  const lines = shell.out().split('\n');
  const at = lines.findLastIndex((line) => line.includes('target default'));
  return lines.slice(at, at + 2).join('\n');
}

describe('the doctor, about a StackStorm', () => {
  it('finds nothing where all is well, and leaves nothing there', async () => {
    expect(await ofTarget()).toMatch(/^✓ target default: stackstorm /);
    expect(await readdir(packs)).toEqual([]);
  });

  it('finds another Packtrain that looks after it, before there is a database of this one', async () => {
    await lookedAfterBy('theirs');
    const said = await ofTarget();
    expect(said).toContain('✗ target default: Another Packtrain (packtrain-theirs) looks after');
    expect(said).toContain(`rm ${path.join(packs, '.packtrain', 'owner')}`);
  });

  it('knows its own by the database, also while no server runs', async () => {
    database = await createDatabase('ready');
    shell.env.DATABASE_URL = database.url;
    const [row] = await database.query('select id from packtrain.installation');
    await lookedAfterBy(String(row?.id));
    expect(await ofTarget()).toMatch(/^✓ target default/);
    await database.query('update packtrain.installation set id = gen_random_uuid()');
    expect(await ofTarget()).toContain('✗ target default: Another Packtrain');
  });
});
