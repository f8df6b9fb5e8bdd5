import { createHttp, type HostHttp } from './http.js';
import type { HostParts } from './parts.js';

/** Makes the headers that prove who asks. */
export type Prove = (token: string, username: string | undefined) => Readonly<Record<string, string>>;

/** The client of a host's API; undefined when it has no token, or no address. */
export function openClient(
  { name, token, username, caFile, clock, timeLimitMs }: HostParts,
  baseUrl: string | undefined,
  prove: Prove,
): HostHttp | undefined {
  if (token === undefined || baseUrl === undefined) return undefined;
  return createHttp({
    host: name,
    baseUrl,
    headers: async () => {
      const secret = await token();
      return secret === undefined ? undefined : prove(secret, username);
    },
    caFile,
    clock,
    timeLimitMs,
  });
}

/** A token as it is usually sent. */
export const asBearer: Prove = (token) => ({ authorization: `Bearer ${token}` });

/** A token that is sent with a user's name where there is one, else by itself. */
export const asBasicOrBearer: Prove = (token, username) =>
  username === undefined
    ? asBearer(token, username)
    : { authorization: `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}` };

/** The path of a repository, safe in an address. */
export function encodedPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
