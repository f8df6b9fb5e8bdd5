import type { Host, HostApi } from '../../core/host.js';
import { type Reader, readEvent } from './read.js';
import { hasHubSignature } from './sign.js';

/** What tells one host of this family from the others. */
export interface HubHostParts {
  readonly name: string;
  readonly api: HostApi | undefined;
  /** The header that names the event, in lower case. */
  readonly eventHeader: string;
  /** The header that holds the delivery's id, in lower case. */
  readonly idHeader: string;
  readonly readers: ReadonlyMap<string, Reader>;
}

/** A host that signs its deliveries by `X-Hub-Signature` and names event and id in a header each. */
export function createHubHost({ name, api, eventHeader, idHeader, readers }: HubHostParts): Host {
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
