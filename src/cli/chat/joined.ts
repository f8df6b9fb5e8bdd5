import type { Client } from '../client.js';

/** A room that was joined, and the server that it is on. */
export interface Joined {
  readonly client: Client;
  readonly room: string;
}
