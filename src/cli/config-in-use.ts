import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Session } from './session.js';

/** The folder in which `serve` makes a workspace where there is no config. */
export function quickstartFolder({ context }: Session): string {
  return path.join(context.cwd, 'quickstart');
}

/** The config that `serve` would take here: the one that was named, else the one of this folder, else the workspace's. */
export function configInUse(session: Session): string {
  const { config, configGiven } = session.options;
  const ofWorkspace = path.join(quickstartFolder(session), 'packtrain.yaml');
  return !configGiven && !existsSync(config) && existsSync(ofWorkspace) ? ofWorkspace : config;
}
