import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sentence } from '../../src/core/reason.js';
import { createRedactor } from '../../src/core/redact.js';
import type { Repository } from '../../src/core/repository.js';
import type { Result } from '../../src/core/result.js';
import { createGit, type Git, type GitOptions } from '../../src/git/git.js';
import {
  type FixtureFiles,
  type FixtureRepository,
  fixtureEnv,
  makeRepository,
} from '../fixtures/git-repo.js';

/** A data directory with a `Git` over it, both gone when the test is. */
export async function openGit(options: Partial<GitOptions> = {}): Promise<{ git: Git; dataDir: string }> {
  const dataDir = options.dataDir ?? (await temporaryFolder());
  const git = createGit({ dataDir, redactor: createRedactor(), env: envOf({}), ...options });
  onTestFinished(() => git.close());
  return { git, dataDir };
}

/** The environment of the tests' git, with some more variables. */
export function envOf(more: Readonly<Record<string, string>>): (name: string) => string | undefined {
  return (name) => more[name] ?? fixtureEnv[name];
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'packtrain-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A remote that is removed when the test is over. */
export async function makeRemote(files?: FixtureFiles, branch?: string): Promise<FixtureRepository> {
  const remote = await makeRepository({ ...(files ? { files } : {}), ...(branch ? { branch } : {}) });
  onTestFinished(() => remote.remove());
  return remote;
}

/** A repository as the config would give it. */
export function repositoryAt(url: string, more: Partial<Repository> = {}): Repository {
  return { name: 'Beans', url, subtree: 'packs', target: 'default', ...more };
}

/** The value, or a failed test that says why it was refused. */
export function had<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${sentence(result.refusal)}`);
  return result.value;
}

/** The refusal's code, or `ok`. */
export function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code;
}
