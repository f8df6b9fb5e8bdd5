import type { Host, RawDelivery } from '../../../core/host.js';
import type { HostParts } from '../parts.js';
import { readEvent } from '../read.js';
import { hasHubSignature, isHexHmac } from '../sign.js';
import { createGiteaApi } from './api.js';
import { readers } from './news.js';

const eventHeader = 'x-gitea-event';
const eventHeaders = [eventHeader, 'x-forgejo-event', 'x-github-event'];
const idHeaders = ['x-gitea-delivery', 'x-forgejo-delivery', 'x-github-delivery'];

/** Gitea and Forgejo, which send GitHub's headers beside their own. */
export function createGitea(parts: HostParts): Host {
  const { name } = parts;
  const api = createGiteaApi(parts);
  return {
    name,
    ...(api === undefined ? {} : { api }),
    eventHeader,
    headers: [...eventHeaders, ...idHeaders],
    verify: isSigned,
    deliveryId: ({ headers }) => firstOf(headers, idHeaders),
    read: (delivery) => {
      const event = firstOf(delivery.headers, eventHeaders) ?? 'unnamed';
      return readEvent(readers, delivery, { host: name, event });
    },
  };
}

function isSigned(delivery: RawDelivery, secret: string): boolean {
  const own = firstOf(delivery.headers, ['x-gitea-signature', 'x-forgejo-signature']);
  // Its own goes first: whoever forges one cannot have the other looked at in its place.
  return own === undefined ? hasHubSignature(delivery, secret) : isHexHmac('sha256', own, delivery, secret);
}

function firstOf(headers: RawDelivery['headers'], names: readonly string[]): string | undefined {
  return names.map((name) => headers[name]).find((value) => value !== undefined);
}
