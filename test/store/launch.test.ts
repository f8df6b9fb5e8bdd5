import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPool } from '../../src/store/connect.js';
import { silentLog } from '../../src/store/log.js';
import { type Embedded, startEmbedded } from '../../src/store/postgres/embedded.js';
import { embeddedName, embeddedPassword } from '../../src/store/postgres/initialize.js';
import { launch } from '../../src/store/postgres/launch.js';
import { findPlace, type Place } from '../../src/store/postgres/place.js';
import { runningPostmaster, stopPostmaster } from '../../src/store/postgres/postmaster.js';

let root: string;
let place: Place;

async function start(): Promise<Embedded> {
  const started = await startEmbedded({ dataDir: join(root, 'data'), systemDir: root, log: silentLog });
  if (!started.ok) throw new Error(started.refusal.code);
  return started.value;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'packtrain-launch-'));
  await chmod(root, 0o755);
  await (await start()).stop();
  const found = await findPlace({ dataDir: join(root, 'data'), systemDir: root, log: silentLog });
  if (!found.ok) throw new Error(found.refusal.code);
  place = found.value;
});

afterAll(async () => {
  await stopPostmaster(place.cluster);
  await rm(root, { recursive: true });
});

describe('starting PostgreSQL', () => {
  it('tries again when its port was taken in between', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    setTimeout(() => other.close(), 500);
    const launched = await launch({ place, port, settings: {} });
    expect(launched).toMatchObject({ ok: true, value: { port } });
    await stopPostmaster(place.cluster);
    expect(await runningPostmaster(place.cluster)).toBeUndefined();
  });

  it('says what is wrong with a setting', async () => {
    const launched = await launch({ place, settings: { shared_buffers: 'beans' } });
    expect(launched).toMatchObject({
      ok: false,
      refusal: {
        code: 'database-cannot-start',
        params: { detail: expect.stringContaining('shared_buffers') },
      },
    });
  });

  it('gives everything that Packtrain relies on', async () => {
    const postgres = await start();
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const show = async (name: string) => (await client.query(`SHOW ${name}`)).rows[0]?.[name];
    expect(await show('fsync')).toBe('on');
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('full_page_writes')).toBe('on');
    expect(await show('autovacuum')).toBe('on');
    expect(await show('data_checksums')).toBe('on');
    expect(await show('listen_addresses')).toBe('127.0.0.1');
    expect(await show('unix_socket_directories')).toBe('');
    expect(await show('server_encoding')).toBe('UTF8');
    const roles = await client.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [embeddedName]);
    expect(roles.rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256/);
    await client.end();
    await postgres.stop();
    await postgres.stop();
    expect(await runningPostmaster(place.cluster)).toBeUndefined();
  });

  it('may stay away for a while: the pool comes back with it', async () => {
    const first = await launch({ place, settings: {} });
    const password = await embeddedPassword(place);
    if (!first.ok || !password.ok) throw new Error('it does not start');
    const { port } = first.value;
    const url = `postgres://${embeddedName}:${password.value}@127.0.0.1:${port}/${embeddedName}`;
    const pool = newPool(url, silentLog);
    const held = await pool.connect();
    await pool.query('SELECT 1');
    await stopPostmaster(place.cluster);
    await expect(pool.query('SELECT 1')).rejects.toThrow();
    await expect(held.query('SELECT 1')).rejects.toThrow();
    held.release(true);
    await sleep(2_000);
    expect((await launch({ place, settings: {}, port })).ok).toBe(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await stopPostmaster(place.cluster);
  });
});
