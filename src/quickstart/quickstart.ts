import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../core/clock.js';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { quickstartRepositories } from './commits.js';
import { createGit } from './git.js';
import { greeting } from './greeting.js';
import { makeRepository } from './make-repository.js';

/** Where to make the workspace, and what that needs of its surroundings. */
export interface QuickstartOptions {
  /** The folder to make, or to find again. */
  readonly dir: string;
  readonly clock: Clock;
  /** The environment, of which git gets no more than it needs. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A workspace to try Packtrain in. */
export interface Quickstart {
  /** The path of its packtrain.yaml. */
  readonly config: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
  /** What a newcomer should read once the server is ready. */
  greeting(signInUrl: string): string;
}

/** The files that the workspace is made of; they lie beside the sources, also for what is built from them. */
export const quickstartFiles = fileURLToPath(new URL('../../src/quickstart/files/', import.meta.url));

/**
 * Makes a small but real workspace: two repositories with their remotes, a target folder and a config. One that is
 * there already is used as it is; nothing is ever overwritten. An unfinished one never gets the workspace's name.
 */
export async function createQuickstart(options: QuickstartOptions): Promise<Result<Quickstart>> {
  const { dir } = options;
  const config = path.join(dir, 'packtrain.yaml');
  const found = (isNew: boolean) =>
    ok({ config, isNew, greeting: (signInUrl: string) => greeting({ dir, signInUrl }) });
  if (await exists(config)) return found(false);
  if (!(await isFree(dir))) return refused(refuse('quickstart-in-the-way', { folder: dir }));
  const refusal = await make(options);
  return refusal === undefined ? found(true) : refused(refusal);
}

async function make({ dir, clock, env }: QuickstartOptions): Promise<Refusal | undefined> {
  const unfinished = `${dir}.unfinished`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(path.join(unfinished, 'live'), { recursive: true });
    for (const repository of quickstartRepositories)
      await makeRepository(repository, {
        dir: unfinished,
        files: quickstartFiles,
        clock,
        git: createGit(env),
      });
    for (const file of ['README.md', 'packtrain.yaml'])
      await cp(path.join(quickstartFiles, file), path.join(unfinished, file));
    await rename(unfinished, dir);
    return undefined;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    return refuse('quickstart-failed', { folder: dir, why });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function isFree(dir: string): Promise<boolean> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) => error);
  return Array.isArray(entries) ? entries.length === 0 : entries.code === 'ENOENT';
}
