import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.js';
import { createGit, type Git } from '../../src/git/git.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';

let dataDir: string;
let git: Git;
let remote: FixtureRepository;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'packtrain-look-'));
  git = createGit({ dataDir, redactor: createRedactor(), env: (name) => process.env[name] });
  remote = await makeRepository({ files: { 'pack.yaml': 'ref: beans\n' } });
});
afterAll(async () => {
  await git.close();
  await remote.remove();
  await rm(dataDir, { recursive: true, force: true });
});

const at = (url: string) => ({ name: 'Kitchen', url, subtree: false, target: 'default' }) as const;

it('tells a remote’s branches without making a mirror, or fetching into one', async () => {
  const sha = await remote.commit({ 'a.txt': 'a' }, { branch: 'feature/x', from: 'refs/heads/main' });
  const seen = await git.lookAt(at(remote.url));
  expect(seen).toEqual({
    ok: true,
    value: new Map([
      ['feature/x', sha],
      ['main', await remote.sha('main')],
    ]),
  });
  const mirrors = await readdir(join(dataDir, 'mirrors')).catch(() => []);
  expect(mirrors).toEqual([]);
  await git.resolve(at(remote.url), 'main');
  const moved = await remote.commit({ 'a.txt': 'b' });
  expect(await git.lookAt(at(remote.url))).toMatchObject({ ok: true });
  expect(await git.commit(at(remote.url), moved)).toMatchObject({ ok: false });
});

it('says what is wrong with a remote that is not there, or empty', async () => {
  expect(await git.lookAt(at(join(dataDir, 'nowhere')))).toMatchObject({
    refusal: { code: 'remote-not-found' },
  });
  const empty = await makeRepository();
  expect(await git.lookAt(at(empty.url))).toMatchObject({ refusal: { code: 'empty-repository' } });
  await empty.remove();
});
