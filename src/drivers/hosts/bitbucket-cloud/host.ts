import type { Host } from '../../../core/host.js';
import { createHubHost } from '../hub-host.js';
import type { HostParts } from '../parts.js';
import { createBitbucketCloudApi } from './api.js';
import { readers } from './news.js';

/** Bitbucket Cloud. */
export function createBitbucketCloud(parts: HostParts): Host {
  return createHubHost({
    name: parts.name,
    api: createBitbucketCloudApi(parts),
    eventHeader: 'x-event-key',
    idHeader: 'x-request-uuid',
    readers,
  });
}
