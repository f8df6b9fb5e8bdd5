import { z } from 'zod';
import type { Host, HostNews, RawDelivery } from '../../../core/host.js';
import type { HostParts } from '../parts.js';
import { maybeText, reading } from '../read.js';
import { sameText } from '../sign.js';

const push = z.object({
  repo_name: z.string().min(1),
  branch: z.string().min(1),
  message: maybeText,
  author: maybeText,
});

function pushNews(body: z.output<typeof push>): readonly HostNews[] {
  const { author } = body;
  return [
    {
      kind: 'push',
      repository: { urls: [], name: body.repo_name },
      changes: [{ kind: 'branch', name: body.branch.replace(/^refs\/heads\//, ''), how: 'moved' }],
      // Anybody may write there what they like, so it is a name and no account.
      ...(author === undefined ? {} : { pusher: { name: author } }),
    },
  ];
}

const readPush = reading(push, pushNews);

/** A server that can post only JSON, `{repo_name, branch, message, author}`, with a bearer key. */
export function createGenericHost({ name }: HostParts): Host {
  return {
    name,
    headers: [],
    verify: hasKey,
    deliveryId: () => undefined,
    read: (delivery) => readPush(delivery, { host: name, event: 'push' }),
  };
}

function hasKey({ headers }: RawDelivery, secret: string): boolean {
  const [, key = ''] = /^Bearer +(\S.*)$/i.exec((headers.authorization ?? '').trim()) ?? [];
  return sameText(key, secret);
}
