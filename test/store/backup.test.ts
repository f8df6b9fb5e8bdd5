import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backup } from '../../src/store/backup.js';
import { silentLog } from '../../src/store/log.js';
import { openStore, type Store } from '../../src/store/open.js';
import { restore } from '../../src/store/restore.js';
import { createDatabase, type TestDatabase } from '../fixtures/postgres.js';

/** A database as a server that ran leaves it; each test gets a copy as its source. */
let filled: TestDatabase;
let source: TestDatabase;
let target: TestDatabase;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packtrain-backup-'));
  file = join(folder, 'packs.backup');
  filled = await createDatabase();
  await fill(filled);
});

afterAll(async () => {
  await filled.drop();
  await rm(folder, { recursive: true });
});

const awkward = 'tab\there, a back\\slash, a\nline, \\. and grüße';

/** Gives a database the tables of a server that ran, and rows that are awkward to write down. */
async function fill(database: TestDatabase): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'packtrain-backup-'));
  const store = await openStore({ dataDir, databaseUrl: database.url, log: silentLog });
  if (!store.ok) throw new Error(store.refusal.code);
  await store.value.close();
  await rm(dataDir, { recursive: true });
  await DBOS.migrate(database.url);
  await database.query(
    "INSERT INTO packtrain.rooms (name, seq) VALUES ('ops', 9007199254740993), ($1, 0), ('\\.', 1)",
    [awkward],
  );
  await database.query(
    `INSERT INTO packtrain.room_messages
       (room, key, platform, author_platform, author_id, author_name, from_bot, text, progress, seq, first_seq, posted_at)
     SELECT 'ops', 'key ' || n, 'web', 'web', 'ann', 'Ann', false, $1, '{"done": 1}', n, n, now()
     FROM generate_series(1, 500) n`,
    [awkward],
  );
  await database.query("INSERT INTO dbos.workflow_status (workflow_uuid, status) VALUES ('w1', 'PENDING')");
  await database.query(
    "INSERT INTO dbos.notifications (destination_uuid, topic, message) VALUES ('w1', 'turn', 'go')",
  );
}

const backUp = (database = source, to = file) =>
  backup({ dataDir: folder, databaseUrl: database.url, log: silentLog, file: to });

const bringBack = (database = target, force = false) =>
  restore({ dataDir: folder, databaseUrl: database.url, log: silentLog, file, force });

/** Every row of the tables that were filled, as text. */
async function rowsOf(database: TestDatabase): Promise<unknown[]> {
  return [
    await database.query('SELECT r::text FROM packtrain.rooms r ORDER BY name'),
    await database.query('SELECT m::text FROM packtrain.room_messages m ORDER BY id'),
    await database.query('SELECT w::text FROM dbos.workflow_status w'),
    await database.query('SELECT n::text FROM dbos.notifications n'),
    await database.query('SELECT name FROM packtrain.kysely_migration ORDER BY name'),
    await database.query('SELECT version FROM dbos.dbos_migrations'),
  ];
}

/** Writes the backup again with its text changed. */
async function edit(change: (text: string) => string): Promise<void> {
  await writeFile(file, gzipSync(change(gunzipSync(await readFile(file)).toString())));
}

/** Starts a server's store on a database, which must work. */
async function serve(database: TestDatabase): Promise<Store> {
  const server = await openStore({ dataDir: join(folder, 'two'), databaseUrl: database.url, log: silentLog });
  if (!server.ok) throw new Error(server.refusal.code);
  return server.value;
}

async function openBoth(): Promise<void> {
  source = await createDatabase(filled);
  target = await createDatabase();
}

async function dropBoth(): Promise<void> {
  await source.drop();
  await target.drop();
}

describe('a backup that was restored into an empty database', () => {
  let written: Awaited<ReturnType<typeof backUp>>;
  let restored: Awaited<ReturnType<typeof bringBack>>;

  beforeAll(async () => {
    await openBoth();
    written = await backUp();
    restored = await bringBack();
  });

  afterAll(dropBoth);

  it('gives the same rows, ours and the engine’s', async () => {
    expect(written).toMatchObject({ ok: true, value: { rows: 506 } });
    expect(restored).toEqual(written);
    expect(await rowsOf(target)).toEqual(await rowsOf(source));
  });

  it('is readable by its owner only', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps counting where the original stopped', async () => {
    const next = "SELECT nextval(pg_get_serial_sequence('packtrain.room_messages', 'id')) AS id";
    expect(await target.query(next)).toEqual(await source.query(next));
  });

  it('can be started on, and is not restored under that server', async () => {
    const server = await serve(target);
    try {
      const refused = await bringBack(target, true);
      expect(refused).toMatchObject({ ok: false, refusal: { code: 'database-in-use' } });
    } finally {
      await server.close();
    }
  });
});

describe('a backup', () => {
  beforeEach(openBoth);

  afterEach(dropBoth);

  it('is of one moment, whatever is written meanwhile', async () => {
    const running = backUp();
    for (let n = 0; n < 20; n += 1) {
      await source.query('INSERT INTO dbos.workflow_status (workflow_uuid) VALUES (gen_random_uuid()::text)');
    }
    expect((await running).ok).toBe(true);
    expect((await bringBack()).ok).toBe(true);
    const [{ there } = { there: 0 }] = await target.query(
      'SELECT count(*)::int AS there FROM dbos.workflow_status',
    );
    expect(there).toBeLessThanOrEqual(21);
  });

  it('replaces what is in a database only with --force', async () => {
    await backUp();
    await source.query('DELETE FROM packtrain.room_messages');
    const before = await rowsOf(source);
    const refused = await bringBack(source);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'database-not-empty' } });
    expect(await rowsOf(source)).toEqual(before);

    expect((await bringBack(source, true)).ok).toBe(true);
    const [{ there } = { there: 0 }] = await source.query(
      'SELECT count(*)::int AS there FROM packtrain.room_messages',
    );
    expect(there).toBe(500);
    expect(await schemasOf(source)).toEqual(['dbos', 'packtrain']);
  });
});

async function schemasOf(database: TestDatabase): Promise<unknown[]> {
  const rows = await database.query(
    "SELECT nspname AS name FROM pg_namespace WHERE nspname ~ 'packtrain|dbos' ORDER BY 1",
  );
  return rows.map((row) => row.name);
}

describe('a backup that cannot be used changes nothing', () => {
  let whole: string;
  let before: unknown[];

  beforeAll(async () => {
    whole = join(folder, 'whole.backup');
    await backUp(filled, whole);
    source = await createDatabase(filled);
    await source.query('DELETE FROM dbos.notifications');
    before = await rowsOf(source);
  });

  afterAll(() => source.drop());

  beforeEach(() => copyFile(whole, file));

  afterEach(async () => {
    expect(await rowsOf(source)).toEqual(before);
    expect(await schemasOf(source)).toEqual(['dbos', 'packtrain']);
  });

  const forced = () => bringBack(source, true);

  it('when it was cut off as a file', async () => {
    const content = await readFile(file);
    await writeFile(file, content.subarray(0, content.length - 200));
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
  });

  it('when it lacks its end', async () => {
    await edit((text) => text.slice(0, text.lastIndexOf('{"end"')));
    expect(await forced()).toMatchObject({
      refusal: { code: 'backup-unreadable', params: { detail: 'it ends too early' } },
    });
  });

  it('when it ends within a table', async () => {
    await edit((text) => text.slice(0, text.indexOf('key 300')));
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
  });

  it('when rows are missing', async () => {
    await edit((text) => text.replace(/\n[^\n]*key 300\t[^\n]*/, ''));
    expect(await forced()).toMatchObject({
      refusal: { code: 'backup-unreadable', params: { detail: 'it should have 506 rows, and has 505' } },
    });
  });

  it('when a row is no row of its table', async () => {
    await edit((text) => text.replace(/\tkey 300\t/, '\t'));
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
  });

  it('when a row refers to one that is not there', async () => {
    await edit((text) => text.replace(/\tops\tkey 300\t/, '\tnowhere\tkey 300\t'));
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
  });

  it('when it is another kind of file', async () => {
    await writeFile(file, 'beans');
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
    await writeFile(file, gzipSync('beans'));
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
  });

  it('when there is no such file', async () => {
    await rm(file);
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-unreadable' } });
  });

  it.each([
    ['its format is newer', '"packtrainBackup":1', '"packtrainBackup":2'],
    ['it has a later migration', '"migrations":[', '"migrations":["9999-later",'],
    ['its engine is newer', /"dbos":\d+/, '"dbos":99999'],
  ])('when %s', async (_why, part, newer) => {
    await edit((text) => text.replace(part, newer));
    expect(await forced()).toMatchObject({ refusal: { code: 'backup-newer' } });
  });
});

describe('a restore that was killed', () => {
  it('is taken back by the next start', async () => {
    source = await createDatabase(filled);
    const before = await rowsOf(source);
    // What a restore does first: what was there is set aside, and new tables are begun.
    for (const schema of ['packtrain', 'dbos']) {
      await source.query(`ALTER SCHEMA ${schema} RENAME TO ${schema}_before_restore`);
    }
    await source.query('CREATE SCHEMA packtrain CREATE TABLE rooms (half_made int)');
    await (await serve(source)).close();
    expect(await rowsOf(source)).toEqual(before);
    expect(await schemasOf(source)).toEqual(['dbos', 'packtrain']);
    await source.drop();
  });
});

describe('a backup that cannot be written', () => {
  it('says so when there is nothing to back up', async () => {
    const empty = await createDatabase();
    const refused = await backUp(empty);
    await empty.drop();
    expect(refused).toMatchObject({ refusal: { code: 'nothing-to-back-up' } });
    const never = await backup({ dataDir: join(folder, 'never'), log: silentLog, file });
    expect(never).toMatchObject({ refusal: { code: 'nothing-to-back-up' } });
  });

  it('says so when its folder is missing', async () => {
    const refused = await backUp(filled, join(folder, 'missing', 'packs.backup'));
    expect(refused).toMatchObject({ refusal: { code: 'backup-unwritable' } });
  });
});
