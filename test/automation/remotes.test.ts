import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { canServeHttp, serveGit } from '../fixtures/git-http.js';
import { packFiles } from '../fixtures/packs.js';
import { createDatabase } from '../fixtures/postgres.js';
import { noSshd, startSshd } from '../fixtures/sshd.js';

const automatic = 'auto_deployment: { branch: main, poll_every: 1s }';
const secret = 'a-token-with-twenty-letters';

/** What was pushed at first is live, and so is what is pushed next. */
async function tellTheStory(depot: Depot): Promise<void> {
  await live(depot, 'hello');
  await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'over the wire' }));
  depot.passTime(2_000);
  await live(depot, 'over the wire');
}

async function live(depot: Depot, words: string): Promise<void> {
  for (;;) {
    const says = await depot.read('beans', 'actions/cook.sh').catch(() => '');
    if (says.includes(words)) return;
    await sleep(20);
  }
}

describe('what is pushed goes live', () => {
  it.skipIf(!canServeHttp)('from a remote over http with a token (needs git http-backend)', async () => {
    const database = await createDatabase('ready');
    const dir = await mkdtemp(join(tmpdir(), 'packtrain-token-'));
    const token = join(dir, 'token');
    await writeFile(token, secret, { mode: 0o600 });
    let server: Awaited<ReturnType<typeof serveGit>> | undefined;
    const depot = await openDepot({
      databaseUrl: database.url,
      packs: ['beans'],
      repository: `${automatic}\ncredentials: { token: { file: ${token} } }`,
      url: async (path) => {
        server = await serveGit(path, { basic: `x-access-token:${secret}` });
        return server.url;
      },
    });
    await tellTheStory(depot);
    await depot.close();
    expect(server?.authorizations.at(-1)).toContain('Basic');
    const kept = await database.query('select row_to_json(p)::text as row from packtrain.pushes p');
    expect(kept.length).toBe(2);
    expect(JSON.stringify(kept)).not.toContain(secret);
    await server?.close();
    await database.drop();
    await rm(dir, { recursive: true });
  });

  it.skipIf(noSshd !== undefined)(
    `from a remote over ssh with a deploy key (${noSshd ?? 'with sshd'})`,
    async () => {
      const database = await createDatabase('ready');
      const sshd = await startSshd();
      const depot = await openDepot({
        databaseUrl: database.url,
        packs: ['beans'],
        repository: `${automatic}\ncredentials: { ssh_key_file: ${sshd.keyFile}, known_hosts_file: ${sshd.knownHostsFile} }`,
        url: (path) => sshd.url(path),
      });
      await tellTheStory(depot);
      await depot.close();
      await sshd.close();
      await database.drop();
    },
  );
});
