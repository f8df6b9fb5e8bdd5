import { z } from 'zod';
import type { Host, RawDelivery } from '../../../core/host.js';
import type { HostParts } from '../parts.js';
import { bodyOf, readEvent } from '../read.js';
import { sameText } from '../sign.js';
import { createGitlabApi } from './api.js';
import { readers } from './news.js';
import { hasStandardSignature } from './signature.js';

const eventHeader = 'x-gitlab-event';
// Not x-gitlab-event-uuid: events that one webhook sets off in another share it.
const idHeaders = ['webhook-id', 'idempotency-key'];

/** GitLab, also of one's own. */
export function createGitlab(parts: HostParts): Host {
  const { name } = parts;
  const api = createGitlabApi(parts);
  return {
    name,
    ...(api === undefined ? {} : { api }),
    eventHeader,
    headers: [eventHeader, ...idHeaders],
    verify: (delivery, secret, now) =>
      hasStandardSignature(delivery, secret, now) || hasToken(delivery, secret),
    deliveryId: ({ headers }) => idHeaders.map((header) => headers[header]).find((id) => id !== undefined),
    read: (delivery) => readEvent(readers, delivery, { host: name, event: eventOf(delivery) }),
  };
}

function hasToken({ headers }: RawDelivery, secret: string): boolean {
  return sameText(headers['x-gitlab-token'] ?? '', secret);
}

const named = z.object({ object_kind: z.string().optional(), event_name: z.string().optional() });

// By the body: a server's own hook has one header for all its events.
function eventOf(delivery: RawDelivery): string {
  const body = named.safeParse(bodyOf(delivery));
  const said = body.success ? (body.data.object_kind ?? body.data.event_name) : undefined;
  return said ?? byHeader.get(delivery.headers[eventHeader] ?? '') ?? 'unnamed';
}

// Where the body is broken, so that it is not taken for something that does not concern us.
const byHeader: ReadonlyMap<string, string> = new Map([
  ['Push Hook', 'push'],
  ['Tag Push Hook', 'tag_push'],
  ['Pipeline Hook', 'pipeline'],
  ['Job Hook', 'build'],
]);
