import type { Host } from '../../../core/host.js';
import { createHubHost } from '../hub-host.js';
import type { HostParts } from '../parts.js';
import { createGithubApi } from './api.js';
import { readers } from './news.js';

/** GitHub, and GitHub Enterprise Server. */
export function createGithub(parts: HostParts): Host {
  return createHubHost({
    name: parts.name,
    api: createGithubApi(parts),
    eventHeader: 'x-github-event',
    idHeader: 'x-github-delivery',
    readers,
  });
}
