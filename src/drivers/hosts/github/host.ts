import type { Host } from '../../../core/host.js';
import type { HostParts } from '../parts.js';
import { readEvent } from '../read.js';
import { hasHubSignature } from '../sign.js';
import { createGithubApi } from './api.js';
import { readers } from './news.js';

const eventHeader = 'x-github-event';
const idHeader = 'x-github-delivery';

/** GitHub, and GitHub Enterprise Server. */
export function createGithub(parts: HostParts): Host {
  const { name } = parts;
  const api = createGithubApi(parts);
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
