import type { Host } from '../../../core/host.js';
import { createHubHost } from '../hub-host.js';
import type { HostParts } from '../parts.js';
import { createBitbucketServerApi } from './api.js';
import { readers } from './news.js';

/** Bitbucket Server, and Bitbucket Data Center. */
export function createBitbucketServer(parts: HostParts): Host {
  return createHubHost({
    name: parts.name,
    api: createBitbucketServerApi(parts),
    eventHeader: 'x-event-key',
    idHeader: 'x-request-id',
    readers,
  });
}
