import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../../src/core/clock.js';
import { type Refusal, sentence } from '../../src/core/reason.js';
import { ok, type Result } from '../../src/core/result.js';
import type { FillFolder, Release } from '../../src/core/target.js';

/** A release of a pack whose deployment has the given number. */
export function releaseOf(pack: string, deployment: number): Release {
  const sha = deployment.toString(16).padStart(40, 'a');
  const id = `${deployment}-${sha.slice(-7)}`;
  const source = { repository: 'packs', revision: { ref: 'main', sha }, tree: sha, release: id };
  return { id, pack, deployment, source };
}

/** The last line of every file that `fill` writes: without it the file is not complete. */
export const trailer = '# the end';

/** The text of a file of that deployment's release. */
export function textOf(deployment: number): string {
  return `n: ${deployment}\n${trailer}\n`;
}

/** Writes a small pack whose every file tells the deployment's number. */
export function fillOf(deployment: number): FillFolder {
  return async (folder) => {
    await mkdir(join(folder, 'actions'));
    await writeFile(join(folder, 'pack.yaml'), textOf(deployment));
    await writeFile(join(folder, 'actions', 'second.yaml'), textOf(deployment));
    return ok(undefined);
  };
}

/** The deployment's number that a complete file tells; throws on a cut one. */
export function numberIn(text: string): number {
  const match = /^n: (\d+)\n# the end\n$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`not a complete file: ${JSON.stringify(text)}`);
  return Number(match[1]);
}

/** The number of the deployment that is live at a folder; undefined when there is none. Throws on a mixed tree. */
export async function numberAt(folder: string): Promise<number | undefined> {
  const [first, second] = await Promise.all(
    ['pack.yaml', 'actions/second.yaml'].map((file) => readFile(join(folder, file), 'utf8').catch(() => '')),
  );
  if (first === '' && second === '') return undefined;
  const numbers = new Set([numberIn(first ?? ''), numberIn(second ?? '')]);
  if (numbers.size !== 1) throw new Error(`a mixed tree: ${[...numbers].join(' and ')}`);
  return [...numbers][0];
}

/** The code of a refusal, or `ok`: what most expectations are about. */
export function outcome(result: Result<unknown>): Refusal['code'] | 'ok' {
  return result.ok ? 'ok' : result.refusal.code;
}

/** Both sentences of a refusal; throws when there was none. */
export function refusalText(result: Result<unknown>): string {
  if (result.ok) throw new Error('was not refused');
  return sentence(result.refusal);
}

/** The value; throws with the refusal's sentences when there is none. */
export function mustBeOk<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(sentence(result.refusal));
}

/** Writes a file, or removes it, as somebody with a shell does. */
export async function editFile(path: string, text: string | null): Promise<void> {
  if (text === null) return await rm(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  move(ms: number): void;
}

/** Makes a movable clock. */
export function movableClock(start = '2026-03-01T09:00:00Z'): MovableClock {
  let time = new Date(start).getTime();
  return {
    now: () => new Date(time),
    move: (ms) => {
      time += ms;
    },
  };
}

/** A temporary folder, removed by `await using` or `remove`. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a temporary folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'packtrain-target-'));
  const remove = () => rm(path, { recursive: true, force: true });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
