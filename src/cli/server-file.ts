import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';

const schema = z.object({
  /** Where the server answers, without a slash at its end. */
  url: z.url(),
  /** What a caller shows as its bearer token. */
  key: z.string().min(1),
  pid: z.number().int().positive(),
});

/** How to reach the server of a data directory. */
export type ServerFile = z.infer<typeof schema>;

/** Where a server leaves word of itself. */
export function serverFilePath(data: string): string {
  return path.join(data, 'server.json');
}

/** Leaves word of a running server; only its owner may read it, for the key opens every door. */
export async function writeServerFile(data: string, server: ServerFile): Promise<void> {
  const file = serverFilePath(data);
  const fresh = `${file}.${process.pid}`;
  await rm(fresh, { force: true });
  await writeFile(fresh, `${JSON.stringify(server)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}

/** Takes the word back when the server stops, unless another server has left its own since. */
export async function removeServerFile(data: string, pid: number): Promise<void> {
  const server = await readServerFile(data);
  if (server.ok && server.value.pid === pid) await rm(serverFilePath(data), { force: true });
}

/** Finds the running server of a data directory; refused when none runs. */
export async function readServerFile(data: string): Promise<Result<ServerFile>> {
  const file = serverFilePath(data);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') return refused(absent(file, data, text));
  const server = schema.safeParse(parseJson(text));
  if (!server.success) return refused(refuse('server-file-broken', { file }));
  return isAlive(server.data.pid)
    ? ok(server.data)
    : refused(refuse('server-not-running', { data, pid: server.data.pid }));
}

function absent(file: string, data: string, error: NodeJS.ErrnoException) {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR'
    ? refuse('server-not-running', { data })
    : refuse('file-unreadable', { file, why: error.code ?? error.message });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process: it is there, though we may not signal it.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
