import type { Host } from '../../../core/host.js';
import type { HostParts } from '../parts.js';
import { readEvent } from '../read.js';
import { hasHubSignature } from '../sign.js';
import { createBitbucketCloudApi } from './api.js';
import { readers } from './news.js';

const eventHeader = 'x-event-key';
const idHeader = 'x-request-uuid';

/** Bitbucket Cloud. */
export function createBitbucketCloud(parts: HostParts): Host {
  const { name } = parts;
  const api = createBitbucketCloudApi(parts);
  return {
    name,
    ...(api === undefined ? {} : { api }),
    eventHeader,
    headers: [eventHeader, idHeader],
    verify: hasHubSignature,
    deliveryId: ({ headers }) => headers[idHeader],
    read: (delivery) => {
      const event = delivery.headers[eventHeader] ?? 'unnamed';
      return readEvent(readers, delivery, { host: name, event });
    },
  };
}
