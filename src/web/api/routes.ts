import { z } from 'zod';
import { ok } from '../../core/result.js';
import { openApiDocument } from './document.js';
import { type Route, route } from './route.js';
import { commandRoutes } from './routes/commands.js';
import { deliveryRoutes } from './routes/deliveries.js';
import { deploymentRoutes } from './routes/deployments.js';
import { eventRoutes } from './routes/events.js';
import { packRoutes } from './routes/packs.js';
import { repositoryRoutes } from './routes/repositories.js';
import { roomRoutes } from './routes/rooms.js';
import { serverRoutes } from './routes/server.js';

const document = route(
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getDocument',
    group: 'Document',
    // It tells nothing that is not in every Packtrain.
    keys: 'none',
    summary: 'This document',
    answer: { json: z.looseObject({ openapi: z.string() }) },
  },
  async () => ok(openApi()),
);

/** Every route of the HTTP API, in the order of the document. */
export const routes: readonly Route[] = [
  ...commandRoutes,
  ...deploymentRoutes,
  ...eventRoutes,
  ...packRoutes,
  ...repositoryRoutes,
  ...deliveryRoutes,
  ...roomRoutes,
  ...serverRoutes,
  document,
];

let made: ReturnType<typeof openApiDocument> | undefined;

/** The OpenAPI document of the HTTP API. */
export function openApi(): ReturnType<typeof openApiDocument> {
  made ??= openApiDocument(routes);
  return made;
}
