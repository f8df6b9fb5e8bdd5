import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** A path of the config: `~/` is the home folder, and what is relative starts at the folder of the config. */
export function resolvePath(folder: string, path: string): string {
  return path === '~' || path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(folder, path);
}

/** A remote: URLs and `host:path` stay as they are, paths become absolute. */
export function resolveRemote(folder: string, remote: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(remote);
  const isHostAndPath = /^[^/:]+:/.test(remote);
  return isUrl || isHostAndPath ? remote : resolvePath(folder, remote);
}
