import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** Lets only those in who show the key that lies in the data directory. */
export function requireKey(key: string): MiddlewareHandler {
  const expected = digest(key);
  return async (c, next) => {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    // Digests have one length, so comparing them tells nothing about the key's.
    if (key !== '' && timingSafeEqual(digest(given), expected)) return next();
    const refusal = {
      code: 'server-key-refused',
      what: 'The key is missing or wrong.',
      next: 'Send `Authorization: Bearer` with the key in server.json of the data directory.',
      exitCode: 4,
    };
    return c.json({ text: `${refusal.what} ${refusal.next}`, refusal }, 401, {
      'WWW-Authenticate': 'Bearer',
    });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
