import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of the server with this data directory, made once: by it a server finds its own open work after a crash. */
export async function serverIdOf(dataDir: string): Promise<string> {
  const file = join(dataDir, 'server-id');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, `${randomUUID()}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
